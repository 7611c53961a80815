import { assert } from 'chai';
import type { CanaryStep, Deployment, Metric } from '../../../operator/api/generated/deployment.ts';
import { annotations, labels } from '../../../operator/api/names.ts';
import type { EndpointSlice, Pod, ReplicaSet } from '../../../operator/controllers/deployment/cluster-objects.ts';
import { planMoves } from '../../../operator/controllers/deployment/rollout/plan-moves.ts';
import type { World } from '../../../operator/controllers/deployment/rollout/world.ts';
import type { QueryMetric } from '../../../operator/core/action.ts';
import type { MetricReading } from '../../../operator/ports/metric-source.ts';
import { aDeployment, withImage } from './builders.ts';
import { assertGolden } from './golden.ts';
import { type Script, Simulation } from './simulation.ts';

const latency: Metric = {
  name: 'latency',
  provider: { prometheus: { query: 'latency{pod=~"{{pods}}"}' } },
  interval: '10s',
  compare: { to: 'freshBaseline', maxIncrease: 1 },
  minSamples: 5,
};
const STEPS: readonly CanaryStep[] = [{ weight: 50 }, { analyse: { metrics: ['latency'] } }];

/** A series as long as it was asked for, about a level: of the canary, and of what it is compared with. */
const levels =
  (canary: number, baseline: number) =>
  ({ side, query }: QueryMetric): MetricReading => {
    if (query.kind !== 'prometheus-range') return { kind: 'no-data', message: 'no series was asked for' };
    const count = 1 + Math.floor((query.to - query.from) / query.every);
    const level = side === 'desired' ? canary : baseline;
    const samples = Array.from({ length: count }, (_, index) => ({
      at: query.from + index * query.every,
      value: level + ((index * 7) % 5) / 100,
    }));
    return { kind: 'values', samples };
  };

async function served(script: Script = {}, steps = STEPS, change: Partial<Deployment['spec']> = {}) {
  const strategy = { type: 'Canary', canary: { steps } } as const;
  const manifest = aDeployment({ replicas: 4, strategy, analysis: { metrics: [latency] }, ...change });
  const life = await new Simulation({ metric: levels(1, 1), ...script }, manifest).run();
  assert.equal(life.status.phase, 'Serving', life.status.message);
  assert.deepEqual(baselines(life), [], 'nothing served that a first delivery could be compared with');
  life.chapter('a second version');
  life.edit(withImage('shop:2'));
  return life;
}

const sets = (life: Simulation) => life.all('ReplicaSet') as readonly ReplicaSet[];
const baselines = (life: Simulation) =>
  sets(life)
    .filter(({ metadata }) => metadata.labels?.[labels.baseline] !== undefined)
    .map(({ metadata, spec }) => [metadata.name, spec.replicas]);

/** When each pod of the canary and of its baseline became ready. */
function readyTimes(life: Simulation): readonly number[] {
  const { serving } = life.status.revisions ?? {};
  const pods = (life.all('Pod') as readonly Pod[]).filter(
    ({ metadata }) =>
      metadata.labels?.[labels.revision] !== serving || metadata.labels?.[labels.baseline] !== undefined,
  );
  return pods.map(({ status }) => Date.parse(status?.conditions?.[0]?.lastTransitionTime ?? ''));
}

const told = (life: Simulation) => life.trace.slice(-30).join('\n');

/** At the analysis, with both of what is compared. */
async function compared(script: Script = {}, change: Partial<Deployment['spec']> = {}): Promise<Simulation> {
  const life = await served(script, STEPS, change);
  await life.run(25_000);
  assert.deepEqual([life.status.step?.name, sizes(life)], ['analyse', [2]], told(life));
  return life;
}

const sizes = (life: Simulation) => baselines(life).map(([, size]) => size);

describe('a fresh baseline', () => {
  it('stands beside the canary, and is gone once a good one is promoted', async () => {
    const life = await served();
    await life.run(30_000);
    const { delivery } = life.status.plan ?? {};
    assert.deepEqual(baselines(life), [[`shop-${delivery}-baseline`, 2]]);
    await life.run();
    assert.deepEqual([life.status.phase, life.status.analysis?.[0]?.verdict], ['Serving', 'Pass'], told(life));
    assert.deepEqual(baselines(life), []);
    assertGolden('canary-fresh-baseline', life.trace.join('\n'));
  });

  it('finds a canary worse that pods of its own age are better than, and goes with it', async () => {
    const life = await served({ metric: levels(9, 1) });
    await life.run();
    assert.equal(life.status.revisions?.rejected?.[0]?.reason, 'AnalysisFailed', told(life));
    assert.deepEqual([life.status.phase, baselines(life)], ['RolledBack', []], told(life));
  });

  it('runs the template of what serves, under labels of its own, and asks by its own pods', async () => {
    const queries = new Set<string>();
    const life = await compared({
      metric: (query) => {
        if (query.query.kind === 'prometheus-range') queries.add(`${query.side} ${query.query.query}`);
        return levels(1, 1)(query);
      },
    });
    const { plan, revisions } = life.status;
    const serving = sets(life).find(({ metadata }) => metadata.name === `shop-${revisions?.serving}`);
    const [baseline] = sets(life).filter(({ metadata }) => metadata.labels?.[labels.baseline] !== undefined);
    const mark = { [labels.baseline]: plan?.delivery ?? '' };
    assert.deepEqual<unknown>(baseline?.spec.template, {
      ...serving?.spec.template,
      metadata: { labels: { ...serving?.spec.template.metadata.labels, ...mark } },
    });
    assert.deepEqual(baseline?.spec.selector.matchLabels, { ...serving?.spec.selector.matchLabels, ...mark });
    assert.deepEqual(baseline?.metadata.ownerReferences, serving?.metadata.ownerReferences);
    assert.deepEqual([...queries].slice(-2), [
      `desired latency{pod=~"shop-${revisions?.desired}-....."}`,
      `baseline latency{pod=~"shop-${plan?.delivery}-baseline-....."}`,
    ]);
  });

  it('is not counted by what reads the scale', async () => {
    const { status } = await compared();
    const { replicas, readyReplicas, availableReplicas, selector, ready } = status;
    assert.deepEqual(
      { replicas, readyReplicas, availableReplicas, selector, ready },
      {
        replicas: 4,
        readyReplicas: 4,
        availableReplicas: 4,
        selector: 'app=shop,!code-engine.dev/baseline',
        ready: '4/4',
      },
    );
  });

  it('goes when the delivery is aborted', async () => {
    const life = await compared();
    life.annotate(annotations.abort, '1');
    await life.run();
    assert.deepEqual([life.status.phase, baselines(life)], ['RolledBack', []], told(life));
  });

  it('goes when another version supersedes the canary, which gets one of its own', async () => {
    const life = await compared();
    const before = baselines(life);
    life.edit(withImage('shop:3'));
    await life.run(25_000);
    assert.equal(life.status.step?.name, 'analyse', told(life));
    assert.deepEqual(sizes(life), [2]);
    assert.notDeepEqual(baselines(life), before);
    await life.run();
    assert.deepEqual([life.status.phase, baselines(life)], ['Serving', []], told(life));
  });

  it('goes while a superseding version waits for its review', async () => {
    const life = await compared();
    life.script = { ...life.script, verdict: 'never' };
    life.edit(withImage('shop:3'));
    await life.run(25_000);
    assert.deepEqual([life.status.phase, baselines(life)], ['Reviewing', []], told(life));
  });

  it('goes when the version that serves is applied again', async () => {
    const life = await compared();
    life.edit(withImage('shop:1'));
    await life.run();
    assert.deepEqual([life.status.phase, baselines(life)], ['Serving', []], told(life));
  });

  it('goes with the metric that asked for it, at the next delivery', async () => {
    const life = await compared();
    life.edit((object) => {
      const { analysis: _none, ...spec } = withImage('shop:3')(object).spec;
      return {
        ...object,
        spec: { ...spec, strategy: { type: 'Canary', canary: { steps: [{ weight: 50 }, { pause: {} }] } } },
      };
    });
    await life.run(25_000);
    assert.deepEqual([life.status.phase, baselines(life)], ['Paused', []], told(life));
  });

  it('follows N, with its canary', async () => {
    const life = await compared();
    life.edit((object) => ({ ...object, spec: { ...object.spec, replicas: 8 } }));
    await life.run(8_000);
    assert.deepEqual(sizes(life), [4], told(life));
    life.edit((object) => ({ ...object, spec: { ...object.spec, replicas: 2 } }));
    await life.run(8_000);
    assert.deepEqual(sizes(life), [1], told(life));
    life.edit((object) => ({ ...object, spec: { ...object.spec, replicas: 0 } }));
    await life.run();
    assert.deepEqual(baselines(life), [], told(life));
  });

  it('is measured only from when all of its pods stand, and again from when a lost one is back', async () => {
    const asked: { readonly from: number; readonly now: number }[] = [];
    const life = await served({
      metric: (query) => {
        if (query.query.kind === 'prometheus-range') asked.push({ from: query.query.from, now: life.now });
        return levels(1, 1)(query);
      },
    });
    await life.run(15_000);
    const stood = () => Math.max(...readyTimes(life));
    assert.deepEqual(
      asked.map(({ from }) => from),
      [stood() + 10_000, stood() + 10_000],
      'the first window begins when the last pod is ready',
    );
    life.script = { ...life.script, fate: () => 'never-ready' };
    life.meddle('Pod', (one) => (one.metadata.labels?.[labels.baseline] === undefined ? one : undefined));
    const { length } = asked;
    await life.run(30_000);
    assert.equal(asked.length, length, 'nothing is asked while one is missing');
    life.script = { ...life.script, fate: () => 'ready' };
    await life.run(25_000);
    assert.isAtLeast(asked.length, length + 2);
    assert.isAtLeast(Math.min(...asked.slice(length).map(({ from }) => from)), stood() + 10_000);
  });

  it('that does not come up in time ends the delivery with its own cause', async () => {
    const life = await served();
    life.script = { ...life.script, fate: (_image, set) => (set.endsWith('-baseline') ? 'image-pull' : 'ready') };
    await life.run();
    const [rejected] = life.status.revisions?.rejected ?? [];
    assert.deepEqual([life.status.phase, rejected?.reason], ['RolledBack', 'ImagePullFailed'], told(life));
    assert.include(rejected?.message, 'the fresh baseline that it is compared with: ');
    assert.deepEqual(baselines(life), []);
  });

  it('of a version that is broken blocks no fix: a person decides without it', async () => {
    const life = await served();
    life.script = { ...life.script, fate: (image) => (image === 'shop:1' ? 'crash' : 'ready') };
    await life.run(700_000);
    assert.deepEqual(
      [life.status.step?.name, life.status.conditions?.find(({ type }) => type === 'RolledOut')?.reason],
      ['analyse', 'WaitingForDecision'],
      told(life),
    );
    life.annotate(annotations.promote, '1');
    await life.run();
    assert.deepEqual([life.status.phase, baselines(life)], ['Serving', []], told(life));
  });

  for (const [end, script] of [
    ['Serving', { metric: levels(1, 1) }],
    ['RolledBack', { metric: levels(9, 1) }],
  ] as const) {
    it(`comes to ${end} and is made once, whatever effect the process dies after`, async () => {
      const whole = await served(script);
      const from = whole.effects;
      await whole.run();
      for (let crashAt = from + 1; crashAt <= whole.effects; crashAt += 1) {
        const life = await served(script);
        life.crashAt = crashAt;
        await life.run();
        assert.deepEqual([life.status.phase, baselines(life)], [end, []], `after effect ${crashAt}\n${told(life)}`);
        const made = [...life.podsMade].filter(([name]) => name.endsWith('-baseline'));
        assert.deepEqual(made, [[`shop-${life.status.plan?.delivery}-baseline`, 2]], `after effect ${crashAt}`);
      }
    });
  }

  it('is not left behind with the pods of a Deployment that leaves its own', async () => {
    const life = await compared({}, { deletionPolicy: 'Orphan' });
    life.deleteAt = life.effects;
    await life.run();
    assert.deepEqual(baselines(life), [], told(life));
    assert.lengthOf(sets(life), 2);
  });

  it('gets the traffic of what serves behind the stable Service, and none of the canary Service', async () => {
    const containers = [{ name: 'web', image: 'shop:1', ports: [{ name: 'http', containerPort: 8080 }] }];
    const template = { metadata: { labels: { app: 'shop' } }, spec: { containers } };
    const traffic = { httpRoute: { generate: { parentRefs: [{ name: 'edge' }] } } };
    const canary = { stableService: 'shop', canaryService: 'next', traffic, steps: STEPS };
    const life = await served({}, STEPS, { template, strategy: { type: 'Canary', canary } });
    await life.run(25_000);
    assert.deepEqual([life.status.step?.name, sizes(life)], ['analyse', [2]], told(life));
    const { serving, desired } = life.status.revisions ?? {};
    const behind = (service: string) => {
      const [slice] = life.all('EndpointSlice').filter(({ metadata }) => metadata.name === `${service}-slice`);
      const names = (slice as EndpointSlice | undefined)?.endpoints?.map(({ targetRef }) => targetRef?.name ?? ''); // border: by its kind
      return (names ?? []).map((name) => name.replace(/-\d+$/, '')).sort();
    };
    const fresh = `shop-${life.status.plan?.delivery}-baseline`;
    const [four, two] = [Array(4).fill(`shop-${serving}`), Array(2).fill(fresh)];
    assert.deepEqual(behind('shop'), [...four, ...two].sort());
    assert.deepEqual(behind('next'), Array(2).fill(`shop-${desired}`));
    await life.run();
    assert.deepEqual([life.status.phase, baselines(life)], ['Serving', []], told(life));
  });

  it('stands behind the stable Service, and bears no traffic that goes back under Shared', () => {
    const world = (ready: number): World => ({
      replicas: 10,
      surge: 0,
      unavailable: 2,
      target: 'old',
      goals: new Map([['old', 10]]),
      revisions: [
        { hash: 'old', role: 'target', size: 5, pods: 5, ready, available: ready },
        { hash: 'new', role: 'rejected', size: 5, pods: 5, ready: 5, available: 5 },
        { hash: 'fresh', role: 'baseline', runs: 'old', size: 5, pods: 5, ready: 5, available: 5 },
      ],
      traffic: {
        stable: { service: 'shop', lead: 'old', names: 'old', ready: new Map([['old', ready + 5]]) },
        canary: { service: 'next', lead: 'old', names: 'new', ready: new Map([['new', 5]]) },
        route: { name: 'shop', gits: false, given: 50, inForce: 50, drifted: false },
        weight: 0,
        shared: true,
      },
      now: 0,
    });
    const weights = [5, 6].map((ready) =>
      planMoves(world(ready)).map((one) => (one.kind === 'weigh' ? one.canary : one.kind)),
    );
    assert.deepEqual(weights, [[37], [25]], 'as many pods of eight that have to be there bear so much');
  });

  it('is refused where nothing stands beside a canary, or its pods cannot be told apart', async () => {
    const query = 'latency{revision="{{revision}}"}';
    for (const [change, message] of [
      [{ strategy: { type: 'Rolling' } }, 'needs spec.strategy.canary'],
      [{ strategy: { type: 'BlueGreen', blueGreen: { activeService: 'shop' } } }, 'needs spec.strategy.canary'],
      [{ analysis: { metrics: [{ ...latency, provider: { prometheus: { query } } }] } }, 'needs {{pods}}'],
      [
        { strategy: { type: 'Canary', canary: { steps: [{ weight: 100 }, { analyse: { metrics: ['latency'] } }] } } },
        'has nothing to compare in step 2 of spec.strategy.canary.steps, at weight 100',
      ],
    ] as const satisfies readonly (readonly [Partial<Deployment['spec']>, string])[]) {
      const strategy = { type: 'Canary', canary: { steps: STEPS } } as const;
      const containers = [{ name: 'web', image: 'shop:1', ports: [{ containerPort: 8080 }] }];
      const template = { metadata: { labels: { app: 'shop' } }, spec: { containers } };
      const manifest = aDeployment({ strategy, template, analysis: { metrics: [latency] }, ...change });
      const life = await new Simulation({}, manifest).run();
      assert.deepEqual([life.status.phase, sets(life)], ['Failed', []]);
      assert.include(life.status.message, `metric latency: compare.to freshBaseline ${message}`);
    }
  });
});
