import { assert } from 'chai';
import { stringify } from 'yaml';
import type { Analysis, CanaryStep, Deployment, Metric } from '../../../operator/api/generated/deployment.ts';
import { annotations } from '../../../operator/api/names.ts';
import type { QueryMetric } from '../../../operator/core/action.ts';
import type { MetricReading } from '../../../operator/ports/metric-source.ts';
import { aDeployment, withImage } from './builders.ts';
import { assertGolden } from './golden.ts';
import { Simulation } from './simulation.ts';

const YAML = { lineWidth: 140, sortMapEntries: true } as const;
const errors: Metric = {
  name: 'error-rate',
  provider: { prometheus: { query: 'errors{revision="{{revision}}"}' } },
  interval: '10s',
  threshold: { max: 0.01 },
  minSamples: 3,
};
const ANALYSE: readonly CanaryStep[] = [{ weight: 25 }, { analyse: { metrics: ['error-rate'] } }, { pause: {} }];

const value = (reading: number) => (): MetricReading => ({ kind: 'values', samples: [{ at: 0, value: reading }] });

/** A second version of a canary, measured by the reading given. */
async function measured(
  metric: (query: QueryMetric) => MetricReading,
  steps = ANALYSE,
  change: Partial<Metric> = {},
  modes: Partial<Analysis> = {},
): Promise<Simulation> {
  const analysis = { metrics: [{ ...errors, ...change }], ...modes };
  const manifest: Deployment = aDeployment({ replicas: 4, strategy: { type: 'Canary', canary: { steps } }, analysis });
  const simulation = await new Simulation({ metric: value(0) }, manifest).run();
  assert.equal(simulation.status.phase, 'Serving');
  simulation.script = { metric };
  simulation.chapter('a second version');
  simulation.edit(withImage('shop:2'));
  return simulation;
}

describe('the analysis of a canary', () => {
  it('goes on at the first verdict where no time is given', async () => {
    const simulation = await measured(value(0.001));
    await simulation.run(35_000);
    assert.deepInclude(simulation.status.step, { index: 3, name: 'pause' });
    assertGolden('canary-analysed', simulation.trace.join('\n'));
  });

  it('watches to the end of the time that is given', async () => {
    const steps = [{ weight: 25 }, { analyse: { metrics: ['error-rate'], for: '2m' } }, { pause: {} }];
    const simulation = await measured(value(0.001), steps);
    const begun = simulation.now;
    await simulation.run(90_000);
    assert.deepEqual([simulation.status.step?.name, simulation.status.phase], ['analyse', 'Analysing']);
    await simulation.run(60_000);
    assert.equal(simulation.status.step?.name, 'pause');
    assert.isAtLeast(Date.parse(simulation.status.step?.startedAt ?? ''), begun + 120_000);
  });

  it('goes back on a breach, with the numbers', async () => {
    const simulation = await measured(value(0.2));
    await simulation.run();
    assert.equal(simulation.status.phase, 'RolledBack');
    assert.equal(simulation.status.revisions?.rejected?.[0]?.reason, 'AnalysisFailed');
    assert.include(simulation.status.revisions?.rejected?.[0]?.message, 'error-rate outside the threshold: 0.2');
    assertGolden('status-canary-failed', stringify(simulation.status, YAML));
  });

  it('goes back on a breach at a pause within one interval (B12)', async () => {
    const steps = [{ weight: 25 }, { pause: {} }];
    const simulation = await measured(value(0), steps);
    await simulation.run(60_000);
    assert.equal(simulation.status.phase, 'Paused');
    simulation.script = { metric: value(1) };
    const breached = simulation.now;
    await simulation.run(60_000);
    assert.equal(simulation.status.phase, 'RolledBack');
    assert.isAtMost(Date.parse(simulation.status.revisions?.rejected?.[0]?.at ?? ''), breached + 10_000);
  });

  it('asks the pods that serve too where it compares, and says when it can tell nothing', async () => {
    const sides = new Set<string>();
    const noise = (query: QueryMetric): MetricReading => {
      sides.add(query.side);
      return { kind: 'values', samples: [1, 2, 3].map((at) => ({ at, value: at })) };
    };
    const change = { compare: { to: 'baseline', maxIncrease: 0.01 } } as const;
    const { threshold: _none, ...comparing } = { ...errors, ...change };
    const analysis = { metrics: [comparing], onInconclusive: 'Fail' } as const;
    const manifest = aDeployment({ replicas: 4, strategy: { type: 'Canary', canary: { steps: ANALYSE } }, analysis });
    const simulation = await new Simulation({ metric: noise }, manifest).run();
    assert.deepEqual([simulation.status.phase, [...sides]], ['Serving', ['desired']], 'nothing serves to compare with');
    const looks = simulation.trace.filter((line) => line.includes('roll-out: read'));
    assert.deepEqual(looks, []);
    simulation.edit(withImage('shop:2'));
    await simulation.run();
    assert.deepEqual([...sides].sort(), ['baseline', 'desired']);
    assert.equal(simulation.status.revisions?.rejected?.[0]?.reason, 'AnalysisInconclusive');
  });

  it('asks a person where it came to no verdict, and goes on by the token promote', async () => {
    const simulation = await measured(() => ({ kind: 'no-data', message: 'empty' }));
    await simulation.run(660_000);
    assert.match(simulation.status.message ?? '', /time is over/);
    assert.equal(simulation.status.phase, 'Paused');
    simulation.annotate(annotations.promote, '1');
    await simulation.run(5_000);
    assert.equal(simulation.status.phase, 'Serving');
  });

  it('goes back where nobody decides', async () => {
    const simulation = await measured(() => ({ kind: 'no-data', message: 'empty' }));
    await simulation.run();
    assert.equal(simulation.status.revisions?.rejected?.[0]?.reason, 'AnalysisInconclusive');
  });

  it('watches a Rolling delivery too, and cancels what was not decided when it ended', async () => {
    const analysis = { metrics: [errors] };
    const simulation = await new Simulation({ metric: value(0) }, aDeployment({ replicas: 4, analysis })).run();
    simulation.edit(withImage('shop:2'));
    await simulation.run();
    assert.equal(simulation.status.phase, 'Serving');
    assert.deepInclude(simulation.status.analysis?.[0], { metric: 'error-rate', verdict: 'Cancelled' });
    simulation.script = { metric: value(1) };
    simulation.edit(withImage('shop:3'));
    await simulation.run();
    assert.equal(simulation.status.revisions?.rejected?.[0]?.reason, 'AnalysisFailed');
  });

  it('is no gate that a token opens while it measures', async () => {
    const simulation = await measured(value(0));
    await simulation.run(12_000);
    assert.equal(simulation.status.step?.name, 'analyse');
    simulation.annotate(annotations.promote, '1');
    await simulation.run(1_000);
    assert.equal(simulation.status.step?.name, 'analyse');
  });

  it('comes to the same end after a crash at any effect', async () => {
    const whole = await (await measured(value(0))).run(30_000);
    for (let crashAt = whole.effects - 12; crashAt <= whole.effects; crashAt += 1) {
      const simulation = await measured(value(0));
      simulation.crashAt = crashAt;
      await simulation.run(60_000);
      assert.equal(simulation.status.step?.name, 'pause', `after effect ${crashAt}`);
    }
  });

  for (const [what, analysis, message] of [
    ['a metric there is none of', { metrics: [{ ...errors, name: 'other' }] }, 'waits for metric error-rate'],
    [
      'a template there is none of',
      { metrics: [{ ...errors, provider: { prometheus: { query: 'up{a="{{pod}}"}' } } }] },
      '{{pod}} is no template of a query',
    ],
  ] as const) {
    it(`is refused with ${what}`, async () => {
      const manifest = aDeployment({ strategy: { type: 'Canary', canary: { steps: ANALYSE } }, analysis });
      const simulation = await new Simulation({}, manifest).run();
      assert.equal(simulation.status.phase, 'Failed');
      assert.include(simulation.status.message, message);
    });
  }
});
