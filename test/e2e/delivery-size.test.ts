import { assert } from 'chai';
import { bootCluster } from '../cluster/boot-cluster.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type OperatorProcess, runOperator } from '../cluster/operator.ts';
import { watchAvailability } from '../support/delivery/available-pods.ts';
import { apply, ended, type Name, seen, sizes, succeed } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { installBuilt, operator, type SharedOperator } from '../support/operator.ts';
import { testNamespace } from '../support/plane.ts';
import { type PodMetrics, servePodMetrics } from '../support/pod-metrics.ts';

const DEPLOYMENT = 'deployments.code-engine.dev';

describe('the size of a delivery', function () {
  this.timeout(90_000);
  let shared: SharedOperator;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    shared = await operator();
  });

  const withPods = (count: number) => `serving with ${count} pods`;
  const serves = (cluster: Cluster, name: Name, count: number) =>
    seen(
      cluster,
      name,
      withPods(count),
      ({ status }) => status?.phase === 'Serving' && status.ready === `${count}/${count}` && status.replicas === count,
    );

  it('follows kubectl scale, up and down, without another review or call', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('scaled'), name: 'shop' };
    await apply(cluster, shop(name));
    const before = await ended(cluster, name, 'Promoted');
    for (const replicas of [5, 2]) {
      await succeed(cluster, ['scale', DEPLOYMENT, 'shop', '-n', name.namespace, `--replicas=${replicas}`]);
      const { status } = await serves(cluster, name, replicas);
      assert.deepEqual(await sizes(cluster, name), { [status?.revisions?.serving ?? '']: replicas });
      assert.deepEqual(status?.tools, before.status?.tools);
      assert.deepEqual(status?.review, before.status?.review);
    }
  });

  it('may be 0, at first and later', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('none'), name: 'shop' };
    await apply(cluster, shop({ ...name, spec: { replicas: 0 } }));
    const { status } = await ended(cluster, name, 'Promoted');
    const revision = status?.revisions?.serving ?? '';
    assert.deepEqual(await sizes(cluster, name), { [revision]: 0 });
    await succeed(cluster, ['scale', DEPLOYMENT, 'shop', '-n', name.namespace, '--replicas=1']);
    await serves(cluster, name, 1);
    await succeed(cluster, ['scale', DEPLOYMENT, 'shop', '-n', name.namespace, '--replicas=0']);
    await serves(cluster, name, 0);
    assert.deepEqual(await sizes(cluster, name), { [revision]: 0 });
  });

  it('is held by spec.suspend together with everything else, and goes on when it ends', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('suspended'), name: 'shop' };
    await apply(cluster, shop({ ...name, version: 'one' }));
    const one = (await ended(cluster, name, 'Promoted')).status?.revisions?.serving ?? '';
    await apply(cluster, shop({ ...name, version: 'two', spec: { suspend: true } }));
    const held = await ended(cluster, name, 'Suspended');
    assert.deepEqual(await sizes(cluster, name), { [one]: 3 });
    assert.include(held.status?.message, 'set spec.suspend to false to go on');
    await apply(cluster, shop({ ...name, version: 'two', spec: { suspend: false } }));
    const { status } = await ended(cluster, name, 'Promoted');
    assert.deepEqual(await sizes(cluster, name), { [one]: 0, [status?.revisions?.serving ?? '']: 3 });
  });

  it('keeps N pods available while a good version takes over (B6)', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('updated'), name: 'shop' };
    await apply(cluster, shop({ ...name, version: 'one' }));
    await ended(cluster, name, 'Promoted');
    const pods = await watchAvailability(cluster, name.namespace, 'app=shop');
    await apply(cluster, shop({ ...name, version: 'two' }));
    await ended(cluster, name, 'Promoted');
    await pods.stop();
    assert.equal(pods.least(), 3, 'maxUnavailable is 0');
    assert.isAtMost(pods.most(), 4, 'maxSurge is 1');
    assert.lengthOf(pods.created(), 3, 'those that serve now, and no other');
  });
});

describe('a HorizontalPodAutoscaler on a delivery', function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let process: OperatorProcess;
  let metrics: PodMetrics;

  before(async () => {
    cluster = await bootCluster({ horizontalPodAutoscaler: true });
    await installBuilt(cluster);
    process = await runOperator(cluster);
    await process.ready();
    metrics = await servePodMetrics(cluster);
  });

  after(async () => {
    await metrics?.stop();
    await process?.stop();
    await cluster?.stop();
  });

  it('grows and shrinks it through /scale', async () => {
    const name = { namespace: 'default', name: 'shop' };
    metrics.use(50);
    const { replicas: _git, ...spec } = shop({ ...name }).spec;
    await apply(cluster, { ...shop({ ...name }), spec });
    await ended(cluster, name, 'Promoted');
    await apply(cluster, {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: name,
      spec: {
        scaleTargetRef: { apiVersion: 'code-engine.dev/v1alpha1', kind: 'Deployment', name: 'shop' },
        minReplicas: 2,
        maxReplicas: 6,
        // Pods request 100m.
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
        ],
        behavior: { scaleDown: { stabilizationWindowSeconds: 1 } },
      },
    });
    const serving = (count: number) =>
      seen(
        cluster,
        name,
        `serving with ${count} pods`,
        ({ status }) => status?.phase === 'Serving' && status.ready === `${count}/${count}`,
      );
    await serving(2);
    metrics.use(100);
    const { status } = await serving(6);
    metrics.use(10);
    await serving(2);
    assert.deepEqual(await sizes(cluster, name), { [status?.revisions?.serving ?? '']: 2 });
  });
});
