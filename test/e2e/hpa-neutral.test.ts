import { assert } from 'chai';
import type { Deployment, Strategy } from '../../operator/api/generated/deployment.ts';
import { annotations } from '../../operator/api/names.ts';
import { bootCluster } from '../cluster/boot-cluster.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type OperatorProcess, runOperator } from '../cluster/operator.ts';
import { allDeliveries, allEnded, keyOf, reasonNow } from '../support/delivery/all-ended.ts';
import { apply, ended, type Name, seen, sizes, succeed } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { figure } from '../support/figure.ts';
import { installBuilt } from '../support/operator.ts';
import { type PodMetrics, servePodMetrics } from '../support/pod-metrics.ts';
import { until } from '../support/until.ts';

/** Pods request 100m and shall use half of it. */
const LOAD = { usual: 300, high: 500 };
const PODS = { usual: 6, high: 10 };
const DEPLOYMENT = 'deployments.code-engine.dev';

const STRATEGIES = {
  rolling: () => ({ type: 'Rolling', rolling: { maxSurge: 1, maxUnavailable: 0 } }),
  canary: () => ({
    type: 'Canary',
    canary: { steps: [{ weight: 34 }, { pause: { duration: '4s' } }, { weight: 67 }, { pause: { duration: '4s' } }] },
  }),
  bluegreen: () => ({
    type: 'BlueGreen',
    blueGreen: {
      activeService: 'shop',
      previewService: 'shop-preview',
      autoPromote: true,
      scaleDownDelaySeconds: 4,
    },
  }),
  held: () => ({ type: 'Canary', canary: { steps: [{ weight: 34 }, { pause: {} }] } }),
} as const satisfies Readonly<Record<string, () => Strategy>>;

describe('a real HorizontalPodAutoscaler beside a delivery (B10)', function () {
  this.timeout(3 * 60_000);
  let cluster: Cluster;
  let operator: OperatorProcess;
  let metrics: PodMetrics;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    cluster = await bootCluster({ horizontalPodAutoscaler: true });
    await installBuilt(cluster);
    operator = await runOperator(cluster);
    await operator.ready();
    metrics = await servePodMetrics(cluster);
  });

  after(async () => {
    await metrics?.stop();
    await operator?.stop();
    await cluster?.stop();
  });

  /** Git leaves replicas out. */
  function manifest(name: Name, strategy: Strategy, version: string): Deployment {
    const whole = shop({ ...name, version, spec: { tools: {}, strategy } });
    const { replicas: _git, ...spec } = whole.spec;
    return { ...whole, spec };
  }

  const autoscaler = ({ namespace, name }: Name, minReplicas: number) => ({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { namespace, name },
    spec: {
      scaleTargetRef: { apiVersion: 'code-engine.dev/v1alpha1', kind: 'Deployment', name },
      minReplicas,
      maxReplicas: 20,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: 1 } },
    },
  });

  async function inNamespace(namespace: string): Promise<Name> {
    await apply(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    return { namespace, name: 'shop' };
  }

  const serving = (name: Name, count: number) =>
    seen(
      cluster,
      name,
      `serving with ${count} pods`,
      ({ status }) => status?.phase === 'Serving' && status.ready === `${count}/${count}`,
    );

  it('asks for as many pods under constant load as without a delivery, by every strategy, and never for more and more', async () => {
    metrics.share(LOAD.usual);
    const names = await Promise.all(Object.keys(STRATEGIES).map((strategy) => inNamespace(`neutral-${strategy}`)));
    const manifests = (version: string) =>
      Object.values(STRATEGIES).flatMap((strategy, index) => {
        const name = names[index];
        return name === undefined ? [] : [manifest(name, strategy(), version)];
      });
    await apply(cluster, ...manifests('one'), ...names.map((name) => autoscaler(name, 2)));
    await allEnded(cluster, names, 'Promoted', 60_000);
    for (const name of names) await serving(name, PODS.usual);

    const asked = new Map(names.map((name) => [keyOf(name), new Set<number>()]));
    await apply(cluster, ...manifests('two'));
    const ends = new Map(
      names.map((name) => [keyOf(name), name.namespace.endsWith('held') ? 'WaitingForPromotion' : 'Promoted']),
    );
    let quietSince: number | undefined;
    await until('all had ended for some rounds of the autoscaler', 90_000, async () => {
      const all = await allDeliveries(cluster);
      for (const [key, seenHere] of asked) seenHere.add(all.get(key)?.spec.replicas ?? 0);
      const over = [...ends].every(([key, reason]) => reasonNow(all.get(key)) === reason);
      if (!over) quietSince = undefined;
      else quietSince ??= performance.now();
      return quietSince !== undefined && performance.now() - quietSince > 5_000;
    });
    console.log(Object.fromEntries([...asked].map(([key, counts]) => [key, [...counts].sort().join(' ')])));
    const most = [...asked.values()].flatMap((counts) => [...counts]);
    figure(
      10,
      `${asked.size} deliveries under constant load: ${Math.min(...most)} to ${Math.max(...most)} pods asked for`,
    );
    for (const [key, counts] of asked) {
      for (const count of counts) assert.approximately(count, PODS.usual, 1, `${key} was asked for ${count} pods`);
    }
  });

  it('scales what serves and not what was aborted', async () => {
    const name = { namespace: 'neutral-held', name: 'shop' };
    const { status } = await ended(cluster, name, 'WaitingForPromotion');
    const [good, bold] = [status?.revisions?.serving ?? '', status?.revisions?.desired ?? ''];
    await succeed(cluster, ['annotate', DEPLOYMENT, 'shop', `${annotations.abort}=1`, '-n', name.namespace]);
    await ended(cluster, name, 'RolledBack');
    const counts = new Set<number>();
    metrics.share(LOAD.high);
    await until('what serves had grown', 60_000, async () => {
      const now = await sizes(cluster, name);
      counts.add(now[bold] ?? 0);
      return now[good] === PODS.high;
    });
    await until(
      'its pods were ready',
      30_000,
      async () => (await allDeliveries(cluster)).get(keyOf(name))?.status?.availableReplicas === PODS.high,
    );
    assert.deepEqual([...counts], [0]);
    assert.deepEqual(await sizes(cluster, name), { [good]: PODS.high, [bold]: 0 });
    metrics.share(LOAD.usual);
  });

  it('is never given fewer than its minReplicas, and an explicit 0 stays', async () => {
    metrics.share(0);
    const name = await inNamespace('neutral-least');
    await apply(cluster, autoscaler(name, 3), manifest(name, STRATEGIES.rolling(), 'one'));
    const first = await ended(cluster, name, 'Promoted');
    const one = first.status?.revisions?.serving ?? '';
    assert.isAtLeast((await sizes(cluster, name))[one] ?? 0, 3);
    await succeed(cluster, ['scale', DEPLOYMENT, 'shop', '-n', name.namespace, '--replicas=0']);
    await until('no pod was left', 30_000, async () => (await sizes(cluster, name))[one] === 0);
    await apply(cluster, manifest(name, STRATEGIES.canary(), 'two'));
    const { status } = await ended(cluster, name, 'Promoted');
    assert.deepEqual(await sizes(cluster, name), { [one]: 0, [status?.revisions?.serving ?? '']: 0 });
  });
});
