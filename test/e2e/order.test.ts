import { assert } from 'chai';
import type { Deployment } from '../../operator/api/generated/deployment.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { apply, ended, type Name, readDeployment, readyReason } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { tenantNamespace } from '../support/delivery/tenancy.ts';
import { figure } from '../support/figure.ts';
import { operator } from '../support/operator.ts';
import { until } from '../support/until.ts';

const PLENTY = { hard: { 'requests.cpu': '100', 'requests.memory': '100Gi', pods: '1000' } };

describe('deliveries that go by each other, on a real control plane', function () {
  this.timeout(120_000);
  let cluster: Cluster;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    ({ cluster } = await operator());
  });

  it('wait for what they depend on, and begin as soon as it is Ready', async () => {
    const namespace = await tenantNamespace(cluster, 'depends');
    const [api, database] = [
      { namespace, name: 'api' },
      { namespace, name: 'database' },
    ];
    await apply(cluster, shop({ ...api, spec: { replicas: 1, dependsOn: [{ name: 'database' }] } }));
    const { status } = await ended(cluster, api, 'WaitingForDependency');
    assert.equal(status?.message, 'spec.dependsOn: Deployment database does not exist');
    await apply(cluster, shop({ ...database, spec: { replicas: 1 } }));
    const there = await ended(cluster, api, 'Promoted');
    const before = await readDeployment(cluster, database);
    assert.isAtLeast(startOf(there), startOf(before));
  });

  it('refuse to wait for themselves', async () => {
    const namespace = await tenantNamespace(cluster, 'cycle');
    const depending = (name: string, on: string) =>
      shop({ namespace, name, spec: { replicas: 1, tools: {}, dependsOn: [{ name: on }] } });
    await apply(cluster, depending('chicken', 'egg'), depending('egg', 'chicken'));
    const { status } = await ended(cluster, { namespace, name: 'egg' }, 'DependencyCycle');
    assert.include(status?.message, 'egg -> chicken -> egg');
  });

  it('go through their steps in lockstep, and all back when one fails (B22)', async () => {
    const namespace = await tenantNamespace(cluster, 'lockstep', { quota: PLENTY });
    const names = ['cart', 'pay', 'site'].map((name): Name => ({ namespace, name }));
    const member = (name: Name, release: string, fail?: 'crash-loop') =>
      shop({
        ...name,
        version: `r${release}`,
        ...(fail === undefined ? {} : { fail }),
        spec: {
          replicas: 2,
          tools: {},
          progressDeadlineSeconds: 15,
          group: { name: 'suite', size: 3, release },
          strategy: { type: 'Canary', canary: { steps: [{ weight: 50 }, { pause: { duration: '1s' } }] } },
        },
      });
    await apply(cluster, ...names.slice(0, 2).map((name) => member(name, '1')));
    const [first = { namespace, name: '' }] = names;
    const { status } = await ended(cluster, first, 'WaitingForGroup');
    assert.match(status?.message ?? '', /^group suite: [12] of 3 members show release 1/);
    await apply(cluster, ...names.slice(2).map((name) => member(name, '1')));
    const served = await Promise.all(names.map((name) => ended(cluster, name, 'Promoted')));

    await apply(cluster, ...names.map((name) => member(name, '2', name.name === 'pay' ? 'crash-loop' : undefined)));
    const back = await Promise.all(names.map((name) => ended(cluster, name, 'RolledBack')));
    assert.deepEqual(
      back.map((one) => one.status?.revisions?.serving),
      served.map((one) => one.status?.revisions?.serving),
    );
    assert.deepEqual(
      back.map((one) => one.status?.revisions?.rejected?.at(-1)?.reason),
      ['GroupAborted', 'CrashLooping', 'GroupAborted'],
    );
    figure(22, 'three canaries on a real control plane: one crashes, all three serve what they served');
  });

  it('take the slots of their Tenant one after another', async () => {
    const namespace = await tenantNamespace(cluster, 'slots', { quota: PLENTY, deliveries: { concurrent: 1 } });
    const names = ['one', 'two', 'three'].map((name): Name => ({ namespace, name }));
    // Each is under way for a while: a pod counts once it has been ready so long.
    await apply(
      cluster,
      ...names.map((name) => shop({ ...name, spec: { replicas: 1, tools: {}, minReadySeconds: 2 } })),
    );
    await until('somebody waited for a slot', 60_000, async () => {
      const all = await Promise.all(names.map((name) => readDeployment(cluster, name)));
      assert.isAtMost(all.filter(isUnderWay).length, 1);
      return all.some((one) => readyReason(one) === 'WaitingForSlot');
    });
    for (const name of names) await ended(cluster, name, 'Promoted');
  });
});

function isUnderWay({ status }: Deployment): boolean {
  const state = (name: string) => status?.steps?.find((step) => step.name === name)?.state;
  return state('roll-out') === 'Running' && state('promote') !== 'Done';
}

/** When its roll-out began. */
function startOf({ status }: Deployment): number {
  return Date.parse(status?.steps?.find(({ name }) => name === 'roll-out')?.startedAt ?? '');
}
