import { assert } from 'chai';
import type { Deployment } from '../../operator/api/generated/deployment.ts';
import { auditLogEnd } from '../support/audit-log.ts';
import { watchAvailability } from '../support/delivery/available-pods.ts';
import { apply, ended, type Name, readDeployment, seen, sizes, succeed } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { told } from '../support/delivery/told.ts';
import { toolCalls } from '../support/delivery/tool-calls.ts';
import { operatorWrites, untilLogged } from '../support/delivery/writes.ts';
import { assertGolden } from '../support/golden.ts';
import { operator, type SharedOperator } from '../support/operator.ts';
import { testNamespace } from '../support/plane.ts';

/** Seconds: a version whose pods crash has so long. */
const SOON = { progressDeadlineSeconds: 5 } as const;

describe('a bad version', function () {
  this.timeout(90_000);
  let shared: SharedOperator;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    shared = await operator();
  });

  /** A delivery that serves, with the name of its revision. */
  async function served(purpose: string): Promise<{ readonly name: Name; readonly good: string }> {
    const namespace = await testNamespace(purpose);
    const name = { namespace, name: 'shop' };
    await apply(shared.cluster, shop({ namespace, version: 'good' }));
    const { status } = await ended(shared.cluster, name, 'Promoted');
    return { name, good: status?.revisions?.serving ?? '' };
  }

  const of = ({ namespace }: Name) => ({ namespace, version: 'bad', fail: 'crash-loop' }) as const;
  const bad = (name: Name) => shop({ ...of(name), spec: SOON });
  const annotate = ({ namespace, name }: Name, token: string) =>
    succeed(shared.cluster, [
      'annotate',
      'deployments.code-engine.dev',
      name,
      `code-engine.dev/${token}`,
      '-n',
      namespace,
    ]);

  it('goes back by itself and names the cause, while what serves keeps serving (B24)', async () => {
    const { cluster } = shared;
    const { name, good } = await served('bad');
    const pods = await watchAvailability(cluster, name.namespace, 'app=shop');
    await apply(cluster, bad(name));
    const { status } = await ended(cluster, name, 'RolledBack');
    await pods.stop();

    assert.equal(pods.least(), 3, 'maxUnavailable is 0');
    assert.isAtMost(pods.most(), 4, 'maxSurge is 1');
    const [rejected, ...more] = status?.revisions?.rejected ?? [];
    assert.isEmpty(more);
    assert.equal(rejected?.reason, 'CrashLooping');
    assert.match(rejected?.message ?? '', /^pod shop-\S+, container web: it keeps ending, last with exit code 1/);
    assert.deepEqual(await sizes(cluster, name), { [good]: 3, [rejected?.hash ?? '']: 0 });

    assertGolden('rolled-back', await told(cluster, name));
  });

  it('stays refused when Git applies it again: no pod, no review, no call (B9)', async () => {
    const { cluster } = shared;
    const { name, good } = await served('again');
    await apply(cluster, bad(name));
    const before = await ended(cluster, name, 'RolledBack');
    await apply(cluster, shop({ namespace: name.namespace, version: 'good' }));
    await ended(cluster, name, 'Promoted');

    const from = auditLogEnd(cluster.auditLog);
    const calls = toolCalls(shared.auditTrail, name.namespace);
    const pods = await watchAvailability(cluster, name.namespace, 'app=shop');
    await apply(cluster, bad(name));
    const after = await ended(cluster, name, 'RolledBack');
    await pods.stop();
    assert.deepEqual(after.status?.revisions?.rejected, before.status?.revisions?.rejected);
    assert.equal(pods.most(), 3, 'no pod was made');
    assert.deepEqual(toolCalls(shared.auditTrail, name.namespace), calls);
    const work = (await operatorWrites(cluster, name.namespace, from)).filter(
      ({ object }) => object?.resource !== 'events',
    );
    assert.deepEqual(
      [...new Set(work.map(({ verb, object }) => `${verb} ${object?.resource}/${object?.subresource}`))],
      ['patch deployments/status'],
    );
    assert.deepEqual(await sizes(cluster, name), { [good]: 3, [after.status?.revisions?.desired ?? '']: 0 });
  });

  it('gets one more attempt for each new retry token (B9)', async () => {
    const { cluster } = shared;
    const { name } = await served('retried');
    await apply(cluster, bad(name));
    const first = await ended(cluster, name, 'RolledBack');
    await annotate(name, 'retry=once');
    const second = await seen(
      cluster,
      name,
      'tried once more',
      ({ status }) =>
        status?.handled?.retry === 'once' &&
        status.phase === 'RolledBack' &&
        status.plan?.delivery !== first.status?.plan?.delivery,
    );

    assert.equal(second.status?.plan?.hash, first.status?.plan?.hash);
    const keys = second.status?.tools?.map(({ key }) => key);
    assert.lengthOf(new Set(keys), 3, 'one key for each of three attempts');
    assert.deepEqual(toolCalls(shared.auditTrail, name.namespace), keys, 'one scan for each of them');
    const consultations = (await operatorWrites(cluster, name.namespace)).filter(
      ({ verb, object }) => verb === 'create' && object?.resource === 'expertconsultations',
    );
    assert.lengthOf(consultations, 3, 'one review for each of three attempts');
  });

  it('is held as it stands where rollback is not automatic, until a person aborts it', async () => {
    const { cluster } = shared;
    const { name, good } = await served('held');
    await apply(cluster, shop({ ...of(name), spec: { ...SOON, rollback: { automatic: false } } }));
    const held = await ended(cluster, name, 'WaitingForDecision');
    assert.include(held.status?.message, 'spec.rollback.automatic is false');
    assert.include(held.status?.message, 'it keeps ending, last with exit code 1');
    assert.equal(readyPods(held), '3/3');
    assert.deepEqual(await sizes(cluster, name), { [good]: 3, [held.status?.revisions?.desired ?? '']: 1 });

    await annotate(name, 'abort=1');
    const { status } = await ended(cluster, name, 'RolledBack');
    assert.equal(status?.handled?.abort, '1');
    assert.deepEqual(await sizes(cluster, name), { [good]: 3, [held.status?.revisions?.desired ?? '']: 0 });
  });

  it('that was found out only later goes back one version by the token abort', async () => {
    const { cluster } = shared;
    const { name, good } = await served('regretted');
    await apply(cluster, shop({ namespace: name.namespace, version: 'regretted' }));
    const regretted = await ended(cluster, name, 'Promoted');
    await annotate(name, 'abort=late');
    const { status } = await ended(cluster, name, 'RolledBack');
    assert.equal(status?.revisions?.serving, good);
    assert.equal(status?.revisions?.rejected?.[0]?.hash, regretted.status?.revisions?.serving);
    assert.equal((await sizes(cluster, name))[good], 3);
  });

  it('is left for one that served inside the window, which comes back without a review or a step (B24)', async () => {
    const { cluster } = shared;
    const namespace = await testNamespace('window');
    const name = { namespace, name: 'shop' };
    const strategy = { type: 'Canary', canary: { steps: [{ weight: 34 }, { pause: {} }] } } as const;
    const spec = { strategy, rollback: { window: { revisions: 3, duration: '72h' } } };
    await apply(cluster, shop({ namespace, version: 'good', spec }));
    const first = await ended(cluster, name, 'Promoted');
    await apply(cluster, shop({ namespace, version: 'next', spec }));
    await seen(cluster, name, 'paused', ({ status }) => status?.phase === 'Paused');
    await annotate(name, 'promote=next');
    await ended(cluster, name, 'Promoted');

    const from = auditLogEnd(cluster.auditLog);
    await apply(cluster, shop({ namespace, version: 'good', spec }));
    const back = await ended(cluster, name, 'Promoted');
    assert.equal(back.status?.revisions?.serving, first.status?.revisions?.serving);
    assert.equal(back.status?.steps?.find((step) => step.name === 'review')?.cause, 'InRollbackWindow');
    const writes = await operatorWrites(cluster, namespace, from);
    assert.isEmpty(writes.filter(({ object }) => object?.resource === 'expertconsultations'));
  });

  it('keeps its pods when nothing served before, and says so', async () => {
    const { cluster } = shared;
    const namespace = await testNamespace('first');
    const name = { namespace, name: 'shop' };
    await apply(cluster, bad(name));
    const { status } = await ended(cluster, name, 'FirstDeliveryFailed');
    assert.deepEqual(await sizes(cluster, name), { [status?.revisions?.desired ?? '']: 3 });
    assert.isUndefined(status?.revisions?.serving);
  });

  it("that cannot be scheduled is refused with the scheduler's words", async () => {
    const { cluster } = shared;
    const { name, good } = await served('unscheduled');
    const manifest = bad(name);
    const { template } = manifest.spec;
    const nowhere = {
      ...template,
      spec: { ...template.spec, nodeSelector: { 'kwok.code-engine.dev/no-such-node': 'true' } },
    };
    await apply(cluster, { ...manifest, spec: { ...manifest.spec, template: nowhere } });
    const { status } = await ended(cluster, name, 'RolledBack');
    assert.equal(status?.revisions?.rejected?.[0]?.reason, 'Unschedulable');
    assert.equal((await sizes(cluster, name))[good], 3);
    await untilLogged(
      cluster,
      name.namespace,
      'its pods were taken away',
      ({ verb, object }) => verb === 'patch' && object?.resource === 'replicasets',
    );
    assert.equal(readyPods(await readDeployment(cluster, name)), '3/3');
  });

  const readyPods = ({ status }: Deployment) => status?.ready;
});
