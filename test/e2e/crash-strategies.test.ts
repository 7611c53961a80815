import { assert } from 'chai';
import type { CanaryStep, Deployment, ToolCall } from '../../operator/api/generated/deployment.ts';
import { bootCluster } from '../cluster/boot-cluster.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { FaultProxy } from '../cluster/fault-proxy.ts';
import { type ProxiedRequest, toldRequest } from '../cluster/fault-proxy-request.ts';
import { PATIENT_LEASE } from '../cluster/operator.ts';
import { type Approver, approver } from '../support/approver.ts';
import { allDeliveries, allEnded, keyOf, reasonNow } from '../support/delivery/all-ended.ts';
import { apply, type Name, readDeployment } from '../support/delivery/delivery.ts';
import { differences, endState } from '../support/delivery/end-state.ts';
import { shop } from '../support/delivery/manifests.ts';
import { tenantNamespace } from '../support/delivery/tenancy.ts';
import { operatorWrites } from '../support/delivery/writes.ts';
import { figure } from '../support/figure.ts';
import { KillableOperator } from '../support/killable-operator.ts';
import { installBuilt } from '../support/operator.ts';
import { until } from '../support/until.ts';
import { serveWebMetrics, type WebMetrics } from '../support/web-metrics.ts';

/** Every delivery has a namespace of its own: at so many points can an operator be killed in one run. */
const NAMESPACES = 60;
const PLENTY = { hard: { 'requests.cpu': '1000', 'requests.memory': '1000Gi', pods: '2000' } };
const MANAGER = 'release-manager';
const panels = [{ name: 'release-managers', experts: [{ name: MANAGER, provider: 'human' }] }];
/** A request is held no longer than this: its operator would give it up. */
const HELD_AT_MOST = 15_000;
/** A status that only tells how far a delivery has come may be told with the next: each such has two kill points. */
const MET = 0.75;
const ENDS_WITHIN = 120_000;
/** How often a metric was read depends on how long a step took; the first condition, Analysed, tells the numbers too. */
const MEASURED = ['.deployment.status.analysis.', '.deployment.status.conditions.0.message'];

/** A moment at which the operator is killed: its write of this number is done and unanswered, or was not seen yet. */
interface KillPoint {
  readonly name: Name;
  readonly write: number;
  readonly when: 'before' | 'after';
  struck?: ProxiedRequest;
  killed?: boolean;
}

interface Story {
  readonly name: string;
  readonly serving: (name: Name) => Deployment;
  readonly desired: (name: Name) => Deployment;
  readonly ending: string;
  /** Calls of tools, each of which is made under one key. */
  readonly calls: readonly string[];
}

describe('an operator that is killed after any write and around any call of a staged delivery (B1, B15)', function () {
  this.timeout(10 * 60_000);
  let cluster: Cluster;
  let proxy: FaultProxy;
  let metrics: WebMetrics;
  let operator: KillableOperator;
  let manager: Approver;
  let namespaces: readonly string[];

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    cluster = await bootCluster();
    await installBuilt(cluster);
    proxy = await FaultProxy.before(cluster, 1);
    metrics = await serveWebMetrics(cluster);
    operator = new KillableOperator(cluster, proxy, { ...PATIENT_LEASE, ...metrics.environment, CODE_WORKERS: '100' });
    await operator.ready();
    const create = Array.from({ length: NAMESPACES }, (_, index) => `stages-t1-${String(index).padStart(2, '0')}`);
    await tenantNamespace(cluster, 'stages', {
      quota: PLENTY,
      experts: { allow: ['builtin/*'], panels },
      namespaces: { prefix: 'stages-t1-', create, max: NAMESPACES },
    });
    namespaces = create;
    manager = await approver(cluster, MANAGER, 'refused');
  });

  after(async () => {
    await operator?.stop();
    await metrics?.stop();
    await proxy?.close();
    await cluster?.stop();
  });

  const scan = (name: string, deployment: string): ToolCall => ({
    name,
    server: 'security',
    tool: 'scan_manifest',
    arguments: { deployment },
  });
  const plain = (name: Name) => shop({ ...name, spec: { tools: {} } });
  const canary = (name: Name): Deployment => {
    const steps: readonly CanaryStep[] = [
      { weight: 34 },
      { pause: { duration: '1s' } },
      { call: scan('recheck', name.name) },
      { analyse: { metrics: ['errors'] } },
      { approve: { panel: 'release-managers', expiresAfter: '1h' } },
      { weight: 67 },
    ];
    const provider = { web: { url: `${metrics.url}/value/0.1`, pointer: '/value' } };
    return shop({
      ...name,
      version: 'two',
      spec: {
        strategy: { type: 'Canary', canary: { steps } },
        tools: {
          before: [scan('scan', name.name)],
          after: [scan('tell', name.name)],
          onRollback: [scan('undo', name.name)],
        },
        analysis: {
          metrics: [{ name: 'errors', provider, interval: '1s', minSamples: 2, threshold: { max: 0.5 } }],
        },
      },
    });
  };
  const blueGreen = (name: Name, version: string, tools: Deployment['spec']['tools'] = {}): Deployment =>
    shop({
      ...name,
      version,
      spec: {
        strategy: {
          type: 'BlueGreen',
          blueGreen: {
            activeService: name.name,
            previewService: `${name.name}-preview`,
            autoPromote: true,
            scaleDownDelaySeconds: 1,
          },
        },
        tools,
      },
    });

  const stories: readonly Story[] = [
    {
      name: 'canary',
      serving: plain,
      desired: (name) => canary(name),
      ending: 'Promoted',
      calls: ['scan', 'recheck', 'tell'],
    },
    {
      name: 'refused',
      serving: plain,
      desired: (name) => canary(name),
      ending: 'RolledBack',
      calls: ['scan', 'recheck', 'undo'],
    },
    {
      name: 'switch',
      serving: (name) => blueGreen(name, 'one'),
      desired: (name) =>
        blueGreen(name, 'two', { before: [scan('scan', name.name)], after: [scan('tell', name.name)] }),
      ending: 'Promoted',
      calls: ['scan', 'tell'],
    },
  ];

  for (const story of stories) {
    it(`carries ${story.name} to the same end ${story.ending}, with every call under one key`, async () => {
      const [reference, ...others] = namespaces.map((namespace) => ({ namespace, name: story.name }));
      assert(reference !== undefined);
      await apply(cluster, ...[reference, ...others].map((name) => story.serving(name)));
      await allEnded(cluster, [reference, ...others], 'Promoted', ENDS_WITHIN);

      const writes = await referenceRun(story, reference);
      const expected = await endState(cluster, reference);
      const points = killPoints(writes, others);
      const kills = await killAtEach(story, points);

      const struck = points.filter((point) => point.struck !== undefined);
      console.log(`${story.name}: ${struck.length} kill points of ${points.length}, ${kills} operators killed`);
      figure(
        1,
        `${story.name}: killed at ${struck.length} of ${points.length} writes and calls, same end ${story.ending}`,
      );
      assert.isAtLeast(struck.length, MET * points.length, 'nearly every kill point of the reference run is met');
      for (const point of points) {
        const { struck: request, when, write } = point;
        const at = request === undefined ? 'nothing' : toldRequest(request);
        const after = `${keyOf(point.name)}: killed ${when} write ${write}, ${at}`;
        const different = differences(expected, await endState(cluster, point.name));
        assert.deepEqual(
          different.filter((line) => !MEASURED.some((path) => line.startsWith(path))),
          [],
          after,
        );
        await assertOnce(story, point.name, kills, after);
      }
    });
  }

  const concerns = (request: ProxiedRequest, { namespace }: Name): boolean =>
    request.lane === 'write' && !request.dryRun && request.resource !== 'events' && request.namespace === namespace;

  /** The writes of a delivery that nobody disturbs. */
  async function referenceRun(story: Story, name: Name): Promise<readonly ProxiedRequest[]> {
    const writes: ProxiedRequest[] = [];
    const rule = proxy.add({
      match: (request) => {
        if (concerns(request, name)) writes.push(request);
        return false;
      },
      fault: { kind: 'delay', milliseconds: 0 },
    });
    await apply(cluster, story.desired(name));
    await allEnded(cluster, [name], story.ending, ENDS_WITHIN, () => manager.answerAll());
    await settled(() => writes.length);
    rule.remove();
    return writes;
  }

  /** What comes after the end, such as pruning, has come. */
  async function settled(count: () => number): Promise<void> {
    let [seen, since] = [count(), performance.now()];
    await until('nothing more was written', 20_000, () => {
      if (count() !== seen) [seen, since] = [count(), performance.now()];
      return performance.now() - since > 3_000;
    });
  }

  function killPoints(writes: readonly ProxiedRequest[], names: readonly Name[]): KillPoint[] {
    const moments = writes.flatMap((request, index) => {
      const after = { write: index + 1, when: 'after' as const };
      // Between two writes of the API server only a call has an effect: its outcome is not in status yet.
      return request.resource === 'deployments' ? [{ ...after, when: 'before' as const }, after] : [after];
    });
    return moments.slice(0, names.length).map((moment, index) => ({ ...moment, name: names[index] ?? unnamed() }));
  }

  /**
   * Has each delivery stop at its own point by holding that request, and kills the operator when all are held, or the
   * longest held would be given up: one death hits many deliveries, each where it is meant to. How many died.
   */
  async function killAtEach(story: Story, points: readonly KillPoint[]): Promise<number> {
    let oldest = Number.POSITIVE_INFINITY;
    const rules = points.map((point) =>
      proxy.add({
        match: (request) => concerns(request, point.name),
        when: { skip: point.write - 1, times: 1 },
        fault: {
          kind: 'hang',
          when: point.when,
          run: (request) => {
            point.struck = request;
            oldest = Math.min(oldest, performance.now());
          },
        },
      }),
    );
    await apply(cluster, ...points.map(({ name }) => story.desired(name)));
    let kills = 0;
    await until(
      () => `every delivery was hit; ${points.filter(({ struck }) => struck === undefined).length} were not`,
      ENDS_WITHIN,
      async () => {
        await manager.answerAll();
        const all = await allDeliveries(cluster);
        const open = points.filter(
          (point) => point.struck === undefined && reasonNow(all.get(keyOf(point.name))) !== story.ending,
        );
        const held = points.filter((point) => point.struck !== undefined && point.killed !== true);
        if (held.length > 0 && (open.length === 0 || performance.now() - oldest > HELD_AT_MOST)) {
          for (const point of held) point.killed = true;
          oldest = Number.POSITIVE_INFINITY;
          kills++;
          await (await operator.leader()).kill();
          await operator.takeOver();
        }
        return open.length === 0 && points.every(({ struck, killed }) => struck === undefined || killed === true);
      },
    );
    for (const rule of rules) rule.remove();
    const names = points.map(({ name }) => name);
    await allEnded(cluster, names, story.ending, ENDS_WITHIN, () => manager.answerAll()).catch((error: unknown) => {
      throw new Error(proxy.trace.slice(-80).join('\n'), { cause: error });
    });
    return kills;
  }

  /** No object was created twice, and no call was made under a second key. */
  async function assertOnce({ calls }: Story, { namespace, name }: Name, kills: number, after: string): Promise<void> {
    const created = (await operatorWrites(cluster, namespace))
      .filter(({ verb, object }) => verb === 'create' && object?.name?.startsWith(name) && object.resource !== 'events')
      .map(({ object }) => `${object?.resource} ${object?.name}`);
    assert.deepEqual(created, [...new Set(created)], `${after}: an object was created twice`);
    const { status } = await readDeployment(cluster, { namespace, name });
    const made = status?.tools ?? [];
    assert.deepEqual(
      made.map((call) => `${call.name} ${call.outcome}`),
      calls.map((call) => `${call} Succeeded`),
      `${after}: the calls`,
    );
    const keys = made.map(({ key }) => key);
    const outcomes = operator
      .trail()
      .filter(({ room, stage, key = '' }) => room === 'tool' && stage === 'outcome' && keys.includes(key));
    const told = outcomes.map(({ key, outcome }) => `${key} ${outcome}`);
    assert.sameMembers(
      [...new Set(told)],
      keys.map((key) => `${key} Succeeded`),
      `${after}: each call was made`,
    );
    // A scan only reads: the one whose outcome a kill took, its own or that of its neighbours, is asked for again under its own
    // key (delivery.md section 3).
    assert.isAtMost(told.length, keys.length + kills, `${after}: no other call was repeated`);
  }
});

function unnamed(): Name {
  throw new Error('there are more kill points than namespaces');
}
