/** How soon the traffic is back after a metric said for the first time that it should not have gone. */
import { assert } from 'chai';
import type { Deployment } from '../../operator/api/generated/deployment.ts';
import { labels } from '../../operator/api/names.ts';
import type { KubeObject } from '../../operator/api/objects.ts';
import type { ReplicaSet } from '../../operator/controllers/deployment/cluster-objects.ts';
import { percentile } from '../bench/percentile.ts';
import { bootCluster } from '../cluster/boot-cluster.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type OperatorProcess, runOperator } from '../cluster/operator.ts';
import { allEnded } from '../support/delivery/all-ended.ts';
import { apply, ended, list, type Name } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { operatorWrites } from '../support/delivery/writes.ts';
import { figure } from '../support/figure.ts';
import { installBuilt } from '../support/operator.ts';
import { type PodLevels, servePodLevels } from '../support/pod-levels.ts';
import { until } from '../support/until.ts';
import { serveWebMetrics, type WebMetrics } from '../support/web-metrics.ts';

const INTERVAL_SECONDS = 2;
const SHOPS = 10;
const ENDS_WITHIN = 30_000;

describe('a canary whose metric turns bad', function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let operator: OperatorProcess;
  let metrics: WebMetrics;
  let levels: PodLevels;
  /** By path: error rates that are told from now on, and when the first bad one was. */
  const bad = new Set<string>();
  const toldAt = new Map<string, number>();

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    cluster = await bootCluster();
    await installBuilt(cluster);
    metrics = await serveWebMetrics(cluster, (exchange) => {
      const { path } = exchange.request;
      if (bad.has(path) && !toldAt.has(path)) toldAt.set(path, Date.now());
      exchange.json(200, { value: bad.has(path) ? 1 : 0 });
    });
    levels = await servePodLevels(cluster, levelOf);
    operator = await runOperator(cluster, { environment: { ...metrics.environment, ...levels.environment } });
    await operator.ready();
  });

  after(async () => {
    await operator?.stop();
    await levels?.stop();
    await metrics?.stop();
    await cluster?.stop();
  });

  it('has its traffic back within an interval and two seconds of the first bad sample (B24)', async () => {
    const names = Array.from({ length: SHOPS }, (_, index): Name => ({ namespace: `fast-${index}`, name: 'shop' }));
    const namespaces = names.map(({ namespace }) => ({ ...NAMESPACE, metadata: { name: namespace } }));
    await apply(cluster, ...namespaces, ...names.map((name) => measured(name, 'one')));
    await allEnded(cluster, names, 'Promoted', ENDS_WITHIN);
    await apply(cluster, ...names.map((name) => measured(name, 'two')));
    await allEnded(cluster, names, 'WaitingForPromotion', ENDS_WITHIN);
    for (const name of names) bad.add(pathOf(name));
    await allEnded(cluster, names, 'RolledBack', ENDS_WITHIN);
    const seconds = await Promise.all(names.map(backAfter));
    const p95 = percentile(seconds, 0.95);
    figure(
      24,
      `${SHOPS} canaries: bad sample to last traffic change p95 ${p95.toFixed(1)} s, interval ${INTERVAL_SECONDS} s`,
    );
    assert.isAtMost(p95, INTERVAL_SECONDS + 2, `seconds of each: ${seconds.join(', ')}`);
  });

  it('is judged by fresh pods of what serves: cold as they are it goes on, worse than they are it goes back', async () => {
    const name = { namespace: 'fresh', name: 'shop' };
    await apply(cluster, { ...NAMESPACE, metadata: { name: name.namespace } }, compared(name, 'warm'));
    await ended(cluster, name, 'Promoted');
    await apply(cluster, compared(name, 'cold'));
    const beside = await until('a fresh baseline stood', 20_000, async () => {
      const [one] = await baselines(cluster, name);
      return one?.status?.availableReplicas === 1 ? one : undefined;
    });
    const { status } = await ended(cluster, name, 'Promoted');
    assert.equal(beside.metadata.name, `shop-${status?.plan?.delivery}-baseline`);
    assert.deepInclude(status?.analysis?.[0], { metric: 'latency', verdict: 'Pass' });
    assert.deepEqual(await baselines(cluster, name), []);

    await apply(cluster, compared(name, 'slow'));
    const back = await ended(cluster, name, 'RolledBack');
    assert.deepInclude(back.status?.revisions?.rejected?.[0], { reason: 'AnalysisFailed' });
    assert.equal(back.status?.revisions?.serving, status?.revisions?.serving);
    assert.deepEqual(await baselines(cluster, name), []);
  });

  /** Seconds from the first bad sample to the last change of who gets traffic. */
  async function backAfter(name: Name): Promise<number> {
    const told = toldAt.get(pathOf(name)) ?? Number.NaN;
    const moves = (await operatorWrites(cluster, name.namespace)).filter(
      ({ verb, object }) => verb === 'patch' && object?.resource === 'replicasets',
    );
    return (Math.max(...moves.map(({ receivedAt }) => receivedAt)) - told) / 1_000;
  }

  /** Half of its pods, until the token comes. */
  function measured(name: Name, version: string): Deployment {
    const web = { url: `${metrics.url}${pathOf(name)}`, pointer: '/value' };
    const metric = { name: 'errors', provider: { web }, interval: `${INTERVAL_SECONDS}s`, threshold: { max: 0.5 } };
    const strategy = { type: 'Canary', canary: { steps: [{ weight: 50 }, { pause: {} }] } } as const;
    return shop({ ...name, version, spec: { replicas: 2, tools: {}, strategy, analysis: { metrics: [metric] } } });
  }
});

const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace' } as const;
const pathOf = ({ namespace }: Name): string => `/errors/${namespace}`;

/** Milliseconds of an answer: what was there first has a warm cache. */
function levelOf({ metadata }: KubeObject): number {
  if (metadata.labels?.['version'] === 'slow') return 90;
  const isWarm = metadata.labels?.['version'] === 'warm' && metadata.labels[labels.baseline] === undefined;
  return isWarm ? 10 : 50;
}

/** Half of its pods, until there is a verdict against as many fresh pods. */
function compared(name: Name, version: string): Deployment {
  const metric = {
    name: 'latency',
    provider: { prometheus: { query: 'level{pod=~"{{pods}}"}' } },
    interval: '1s',
    minSamples: 5,
    compare: { to: 'freshBaseline', maxIncrease: 10 },
  } as const;
  const steps = [{ weight: 50 }, { analyse: { metrics: ['latency'] } }];
  const strategy = { type: 'Canary', canary: { steps } } as const;
  return shop({ ...name, version, spec: { replicas: 2, tools: {}, strategy, analysis: { metrics: [metric] } } });
}

const baselines = (cluster: Cluster, { namespace }: Name) =>
  list<ReplicaSet>(cluster, '/apis/apps/v1', namespace, 'replicasets', labels.baseline);
