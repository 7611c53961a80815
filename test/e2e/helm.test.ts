import { assert } from 'chai';
import type { Strategy } from '../../operator/api/generated/deployment.ts';
import { annotations } from '../../operator/api/names.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { ensureHelm } from '../cluster/helm/helm-binary.ts';
import { watchAvailability } from '../support/delivery/available-pods.ts';
import { ended, readDeployment, readyReason, succeed } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { figure } from '../support/figure.ts';
import { helmUpgrade } from '../support/gitops/helm.ts';
import { operator } from '../support/operator.ts';
import { testNamespace } from '../support/plane.ts';

/** Between the end of a delivery and the end of Helm's wait for it; milliseconds. */
const AT_ONCE = 2_000;

const heldCanary: Strategy = { type: 'Canary', canary: { steps: [{ weight: 33 }, { pause: {} }] } };

describe('a delivery that Helm 4 applies and waits for (B7)', function () {
  this.timeout(120_000);
  let cluster: Cluster;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    ({ cluster } = await operator());
    await ensureHelm();
  });

  it('is waited for until it is promoted, however long it pauses before', async () => {
    const name = { namespace: await testNamespace('helm-good'), name: 'shop' };
    assert.isUndefined(await helmUpgrade(cluster, shop({ ...name, version: 'one' })));
    assert.equal(readyReason(await readDeployment(cluster, name)), 'Promoted');
    let over = false;
    const upgrade = helmUpgrade(cluster, shop({ ...name, version: 'two', spec: { strategy: heldCanary } })).finally(
      () => {
        over = true;
      },
    );
    await ended(cluster, name, 'WaitingForPromotion');
    assert.isFalse(over, 'Helm did not wait for the promotion');
    await succeed(cluster, ['annotate', 'cdep', 'shop', `${annotations.promote}=1`, '-n', name.namespace]);
    assert.isUndefined(await upgrade);
    const { status, metadata } = await readDeployment(cluster, name);
    assert.deepEqual([status?.phase, status?.observedGeneration], ['Serving', metadata.generation]);
    figure(7, 'Helm 4 --wait, live: over only when promoted');
  });

  it('fails as soon as it has gone back, and not by a time-out; what served before is applied again without a pod', async () => {
    const name = { namespace: await testNamespace('helm-bad'), name: 'shop' };
    const good = shop({ ...name, version: 'one' });
    assert.isUndefined(await helmUpgrade(cluster, good));
    const pods = await watchAvailability(cluster, name.namespace, 'app=shop,version=one');
    const bad = shop({ ...name, version: 'bad', fail: 'crash-loop', spec: { progressDeadlineSeconds: 5 } });
    const clock = async <Result>(what: Promise<Result>) => ({ result: await what, at: performance.now() });
    const [helm, back] = await Promise.all([
      clock(helmUpgrade(cluster, bad)),
      clock(ended(cluster, name, 'RolledBack')),
    ]);
    assert.include(helm.result, `resource Deployment/${name.namespace}/shop not ready. status: Failed`);
    assert.isBelow(helm.at - back.at, AT_ONCE);
    figure(7, `Helm 4 --wait, live: failed ${Math.round(helm.at - back.at)} ms after the delivery had gone back`);
    // What --rollback-on-failure does next.
    assert.isUndefined(await helmUpgrade(cluster, good));
    assert.equal(readyReason(await readDeployment(cluster, name)), 'Promoted');
    assert.deepEqual(pods.created(), []);
    await pods.stop();
  });
});
