import { assert } from 'chai';
import type { Deployment } from '../../operator/api/generated/deployment.ts';
import type { KubeObject } from '../../operator/api/objects.ts';
import { bootCluster } from '../cluster/boot-cluster.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { FaultProxy } from '../cluster/fault-proxy.ts';
import { type OperatorProcess, PATIENT_LEASE, runOperator } from '../cluster/operator.ts';
import { allDeliveries, allEnded, keyOf, reasonNow } from '../support/delivery/all-ended.ts';
import { applyAll, each, mergePatch } from '../support/delivery/apply-all.ts';
import { type PodWatch, watchPods } from '../support/delivery/available-pods.ts';
import { DEADLINE_SECONDS, desired, STRATEGIES, serving } from '../support/delivery/delivery-faults.ts';
import {
  BESIDE_BROKEN,
  BESIDE_GOOD,
  BREAKDOWNS,
  expectedOf,
  late,
  namespaceOf,
  type Run,
  run,
  titleOf,
  told,
  toldEnds,
  toldRun,
} from '../support/delivery/fault-cells.ts';
import { heldDeletion, pathOf } from '../support/delivery/held-deletion.ts';
import { tenantNamespaces } from '../support/delivery/tenancy.ts';
import { NOBODY_APPROVES, PANEL, PEER } from '../support/delivery/tenant-faults.ts';
import { ALLOWED_AGAIN, NO_WAY_BACK, WAY_BACK_DENIED } from '../support/delivery/way-back-denied.ts';
import { figure } from '../support/figure.ts';
import { installBuilt } from '../support/operator.ts';
import { bundleWith } from '../support/policy/bundle-with.ts';
import { startToolPeer, type ToolPeer } from '../support/tool-peer.ts';
import { until } from '../support/until.ts';
import { serveWebMetrics, type WebMetrics } from '../support/web-metrics.ts';

/** What delivery.md section 11 allows beyond the deadline. */
const GRACE_SECONDS = 5;
const ENDS_WITHIN = 60_000;
const PODS = 'code-engine.dev/deployment=shop';
/** A denial, for what keeps happening to the pods of a delivery in three minutes, and every 30 s. */
const ASKED_AT_MOST = 20;
/** N + S, and the preview of a BlueGreen delivery. */
const PODS_AT_MOST = { Rolling: 3, Canary: 3, BlueGreen: 4 } as const;
const TENANT = {
  quota: { hard: { 'requests.cpu': '100', 'requests.memory': '100Gi', pods: '200' } },
  tools: { allow: [`${PEER}.*`] },
  experts: {
    allow: ['builtin/*'],
    panels: [{ name: PANEL, experts: [{ name: 'release-manager', provider: 'human' as const }] }],
  },
};

interface Pod extends KubeObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

interface Service extends KubeObject {
  readonly spec: { readonly selector?: Readonly<Record<string, string>> };
}

interface Half {
  readonly runs: readonly Run[];
  readonly pods: PodWatch;
  /** Active Services of BlueGreen deliveries, by namespace. */
  readonly before: ReadonlyMap<string, Service>;
  readonly after: ReadonlyMap<string, Service>;
}

describe('a delivery that meets a fault (B3)', function () {
  this.timeout(5 * 60_000);
  let cluster: Cluster;
  let proxy: FaultProxy;
  let metrics: WebMetrics;
  let peer: ToolPeer;
  let operator: OperatorProcess;
  let halves: readonly Half[];
  let denied: readonly Run[];
  let deleted: Deployment;
  let policy: Awaited<ReturnType<typeof bundleWith>>;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    cluster = await bootCluster();
    await installBuilt(cluster);
    proxy = await FaultProxy.before(cluster, 1);
    metrics = await serveWebMetrics(cluster, async (exchange) => {
      await exchange.raw('<html>a lot</html>');
      exchange.end();
    });
    peer = await startToolPeer();
    const { CODE_METRICS_WEB: answering, ...environment } = metrics.environment;
    const down = 'https://127.0.0.1:1';
    policy = await bundleWith('deployment/roll-back.rego', NO_WAY_BACK);
    operator = await runOperator(cluster, {
      server: proxy.url,
      environment: {
        ...PATIENT_LEASE,
        ...environment,
        CODE_METRICS_WEB: `${answering},down=${down}`,
        CODE_TOOLS_SERVERS: `${PEER}=${peer.url}`,
        CODE_TOOLS_TRUST: `${PEER}=Trusted`,
        CODE_WORKERS: '50',
        CODE_POLICY_BUNDLE: policy.wasm,
      },
    });
    await operator.ready();
    const rig = { cluster, proxy, metrics: { answering: metrics.url, down } };
    const good = BESIDE_GOOD.map((cell) => run(cell, rig));
    const broken = BESIDE_BROKEN.map((cell) => run(cell, rig));
    await serveFirst(good);
    halves = [await deliverAll(good)];
    for (const how of BREAKDOWNS) await breakDown(broken.filter(({ serving }) => serving === how));
    const orphan = good.find(({ fault, strategy }) => fault === NOBODY_APPROVES && strategy === 'Rolling');
    assert.isDefined(orphan);
    denied = good.filter(({ fault }) => fault === WAY_BACK_DENIED);
    await each(denied, async ({ place: { name } }) => {
      await mergePatch(cluster, pathOf(name), ALLOWED_AGAIN);
    });
    const [half, gone] = await Promise.all([deliverAll(broken), heldDeletion(cluster, proxy, orphan.place.name)]);
    halves = [...halves, half];
    deleted = gone;
    figure(
      3,
      `${good.length} beside a good version and ${broken.length} beside a broken one: ${toldEnds([...good, ...broken])}`,
    );
  });

  after(async () => {
    await operator?.stop();
    await peer?.stop();
    await metrics?.stop();
    await proxy?.close();
    await cluster?.stop();
    await policy?.remove();
  });

  /** A version everywhere, each in its own namespace. */
  async function serveFirst(runs: readonly Run[]): Promise<void> {
    const plain = runs.filter(({ fault }) => fault.tenant !== true).map(namespaceOf);
    const tenants = runs.filter(({ fault }) => fault.tenant === true).map(namespaceOf);
    await applyAll(cluster, plain.map(namespace));
    await tenantNamespaces(cluster, 'fault', tenants, TENANT);
    await applyAll(
      cluster,
      runs.map(({ place, strategy }) => serving(place.name, strategy)),
    );
    const names = runs.map(({ place }) => place.name);
    await allEnded(cluster, names, 'Promoted', 2 * ENDS_WITHIN);
  }

  /** Also those that were made meanwhile. */
  async function breakDown(runs: readonly Run[]): Promise<void> {
    const places = new Set(runs.map(namespaceOf));
    const body = { metadata: { labels: { 'kwok.code-engine.dev/fail': runs[0]?.serving } } };
    await until('what serves broke', 60_000, async () => {
      const all = await podsOfAll();
      const ready = all.filter((pod) => places.has(pod.metadata.namespace ?? '') && isReady(pod));
      await each(
        ready,
        ({ metadata: { namespace: place, name } }) =>
          mergePatch(cluster, `/api/v1/namespaces/${place}/pods/${name}`, body).catch(() => undefined), // gone by itself
      );
      return ready.length === 0;
    });
  }

  async function podsOfAll(): Promise<readonly Pod[]> {
    const { items } = (await cluster.expectSuccess({
      path: `/api/v1/pods?labelSelector=${encodeURIComponent(PODS)}`,
    })) as { items: Pod[] }; // border: the answer to a list
    return items;
  }

  /** A strategy after the other. */
  async function deliverAll(runs: readonly Run[]): Promise<Half> {
    const services = await activeServices();
    const pods = await watchPods(cluster, '/api/v1/pods', PODS);
    for (const strategy of STRATEGIES) await deliver(runs.filter((one) => one.strategy === strategy));
    await pods.stop();
    const all = await allDeliveries(cluster);
    console.log(runs.map((one) => toldRun(one, all.get(keyOf(one.place.name)))).join('\n'));
    return { runs, pods, before: services, after: await activeServices() };
  }

  /** All of a strategy at once. */
  async function deliver(some: readonly Run[]): Promise<void> {
    await applyAll(
      cluster,
      some.flatMap(({ fault, place }) => fault.objects?.(place.name) ?? []),
    );
    await Promise.all(some.map(({ fault, place }) => fault.inject?.(place)));
    const next = some.map(({ fault, place, strategy, version }) => desired(place, strategy, fault, version));
    await applyAll(cluster, next);
    for (const one of some) one.appliedAt = Date.now();
    await until('every delivery ended', ENDS_WITHIN, async () => {
      const all = await allDeliveries(cluster);
      for (const one of some) note(one, all.get(keyOf(one.place.name)));
      return some.every(({ end }) => end !== undefined);
    }).catch(() => undefined); // what has not ended fails its own test
    for (const one of some) if (one.end === undefined && one.other !== undefined) one.end = one.other;
  }

  /** Active Services of BlueGreen deliveries, by namespace. */
  async function activeServices(): Promise<ReadonlyMap<string, Service>> {
    const { items } = (await cluster.expectSuccess({ path: '/api/v1/services' })) as { items: Service[] }; // border: the answer to a list
    const found = items.filter(({ metadata }) => metadata.name === 'shop');
    return new Map(found.map((service) => [service.metadata.namespace ?? '', service]));
  }

  it('no request reaches a version that is not promoted, nor ever one that breaches its metric before (B3)', () => {
    for (const { runs, before, after } of halves) {
      for (const one of runs.filter(({ strategy }) => strategy === 'BlueGreen')) {
        const [then, now] = [before, after].map((services) => services.get(namespaceOf(one)));
        assert.isDefined(then, titleOf(one));
        if (one.fault.neverSwitched === true) assert.deepEqual(now, then, titleOf(one));
        // Going back to pods that are not ready would take the last ones that answer away.
        if (one.serving !== 'good' || expectedOf(one).ready === 'Promoted') continue;
        assert.deepEqual(now?.spec.selector, then?.spec.selector, titleOf(one));
      }
    }
  });

  it('no version that serves well loses a pod before its successor stands, and no more exist than may (B3)', () => {
    for (const { runs, pods } of halves) {
      for (const one of runs) {
        const { least, most } = pods.of(namespaceOf(one));
        if (one.serving === 'good') assert.isAtLeast(least(), 2, titleOf(one));
        assert.isAtMost(most(), PODS_AT_MOST[one.strategy], titleOf(one));
      }
    }
  });

  it('a way back that the platform denies is asked for again, and taken once it may be (B3)', async () => {
    const names = denied.map(({ place }) => place.name);
    await allEnded(cluster, names, 'RolledBack', ENDS_WITHIN);
    const all = await allDeliveries(cluster);
    for (const name of names) {
      const { rejected = [] } = all.get(keyOf(name))?.status?.revisions ?? {};
      assert.deepEqual(
        rejected.map(({ reason }) => reason),
        ['ImagePullFailed'],
      );
    }
    const asked = await deniedOf('roll-back');
    assert.isAtLeast(asked, names.length);
    assert.isAtMost(asked, ASKED_AT_MOST * names.length);
  });

  it('a deletion that the API server lets nobody finish says in time what holds it, and ends once it may (B3)', () => {
    const { metadata, status } = deleted;
    const stalled = status?.conditions?.find(({ type }) => type === 'Stalled');
    const words = /made by the fault proxy; deleted at .*, it is held by its finalizer code-engine\.dev\/teardown/;
    assert.match(stalled?.message ?? '', words);
    assert.equal(status?.message, stalled?.message);
    const limit = 1_000 * (DEADLINE_SECONDS + GRACE_SECONDS);
    assert.isAtMost(
      Date.parse(stalled?.lastTransitionTime ?? '') - Date.parse(metadata.deletionTimestamp ?? ''),
      limit,
    );
  });

  /** How often policy said no to a step. */
  async function deniedOf(step: string): Promise<number> {
    const text = await (await fetch(`${operator.url}/metrics`)).text();
    const found = text.match(
      new RegExp(`^code_gate_decisions_total\\{[^}]*step="${step}"[^}]*outcome="deny"[^}]*\\} (\\d+)`, 'm'),
    );
    return Number(found?.[1] ?? 0);
  }

  for (const [half, cells] of [BESIDE_GOOD, BESIDE_BROKEN].entries()) {
    for (const [number, cell] of cells.entries()) {
      it(`${titleOf(cell)} ends in time and names it (B3)`, () => {
        const one = halves[half]?.runs[number];
        assert(one?.end !== undefined, 'it ended');
        const expected = expectedOf(one);
        const { ready, cause, message } = told(one.end.deployment);
        assert.deepEqual({ ready, cause }, { ready: expected.ready, cause: expected.cause }, message);
        assert.match(message, expected.words);
        assert.isAtMost(late(one), DEADLINE_SECONDS + GRACE_SECONDS, 'seconds since its last step began');
      });
    }
  }
});

function namespace(name: string): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

const isReady = ({ status }: Pod) =>
  status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') === true;

function note(one: Run, deployment: Deployment | undefined): void {
  const reason = reasonNow(deployment);
  if (deployment === undefined || reason === undefined) return;
  const terminal = deployment.status?.conditions?.some(({ type, status }) => type === 'Stalled' && status === 'True');
  if (terminal !== true && reason !== 'Promoted') return;
  const end = { deployment, at: Date.now() };
  if (reason === expectedOf(one).ready || reason === 'Promoted') one.end ??= end;
  else one.other ??= end;
}
