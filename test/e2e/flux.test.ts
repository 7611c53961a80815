import { assert } from 'chai';
import type { Cluster } from '../cluster/cluster.ts';
import { ended, type Name, readDeployment, readyReason } from '../support/delivery/delivery.ts';
import { answerGate, gated, namespaceWithGate, questionOf } from '../support/delivery/gate.ts';
import { shop } from '../support/delivery/manifests.ts';
import { figure } from '../support/figure.ts';
import { FluxPeer } from '../support/gitops/flux.ts';
import { operator } from '../support/operator.ts';
import { testNamespace } from '../support/plane.ts';
import { until } from '../support/until.ts';

describe('a delivery that the real kustomize-controller of Flux applies and waits for (B7)', function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let flux: FluxPeer;

  before(async function () {
    // The first build of the plane's programs and of Flux takes minutes.
    this.timeout(60 * 60_000);
    ({ cluster } = await operator());
    flux = await FluxPeer.start(cluster);
  });

  after(() => flux?.stop());

  /** What Flux says when it has judged the last commit so, and how far the delivery is by then. */
  async function judged(kustomization: string, status: 'True' | 'False' | 'Unknown', name: Name) {
    const { reason, message } = await flux.judged(kustomization, status);
    return { reason, message, delivery: readyReason(await readDeployment(cluster, name)) };
  }

  it('is ready when promoted, fails when rolled back, and goes with its file', async () => {
    const name = { namespace: await testNamespace('flux'), name: 'shop' };
    const stays = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...name, name: 'settings' } };
    await flux.commit('deploy/strict/settings.yaml', stays);
    await flux.follow('strict', 'strict');
    await flux.commit('deploy/strict/shop.yaml', shop({ ...name, version: 'good' }));
    const good = await judged('strict', 'True', name);
    assert.deepInclude(good, { reason: 'ReconciliationSucceeded', delivery: 'Promoted' });

    const bad = shop({ ...name, version: 'bad', fail: 'crash-loop', spec: { progressDeadlineSeconds: 5 } });
    await flux.commit('deploy/strict/shop.yaml', bad);
    const failed = await judged('strict', 'False', name);
    assert.deepInclude(failed, { reason: 'HealthCheckFailed', delivery: 'RolledBack' });
    assert.include(failed.message, `Deployment/${name.namespace}/shop status: 'Failed'`);

    await flux.commit('deploy/strict/shop.yaml', undefined);
    await until('Flux had deleted what Git no longer has', 30_000, async () => {
      const path = `/apis/code-engine.dev/v1alpha1/namespaces/${name.namespace}/deployments/shop`;
      return (await cluster.request({ path })).status === 404;
    });
    figure(7, 'Flux, live: ready only when promoted, failed when rolled back, pruned');
  });

  it('holds up others while a person is asked, unless the Kustomization tolerates gates', async () => {
    const namespace = await namespaceWithGate(cluster, 'flux-gate');
    const [patient, tolerant] = [
      { namespace, name: 'patient' },
      { namespace, name: 'tolerant' },
    ];
    await flux.follow('strict', 'patient');
    await flux.follow('gate-tolerant', 'tolerant');
    for (const version of [shop, gated]) {
      // Last what Flux waits for: it looks at no later commit meanwhile.
      await flux.commit('deploy/tolerant/shop.yaml', version(tolerant));
      await flux.commit('deploy/patient/shop.yaml', version(patient));
      if (version === shop) for (const one of ['patient', 'tolerant']) await flux.judged(one, 'True');
    }
    const passed = await judged('tolerant', 'True', tolerant);
    assert.deepInclude(passed, { reason: 'ReconciliationSucceeded', delivery: 'WaitingForApproval' });
    await ended(cluster, patient, 'WaitingForApproval');
    const held = await judged('patient', 'Unknown', patient);
    assert.deepInclude(held, { reason: 'Progressing', delivery: 'WaitingForApproval' });

    await answerGate(cluster, await questionOf(cluster, patient), 'approve');
    const released = await judged('patient', 'True', patient);
    assert.deepInclude(released, { reason: 'ReconciliationSucceeded', delivery: 'Promoted' });
    figure(7, 'Flux, live, at a gate: the strict Kustomization waits, the tolerant one is ready');
  });
});
