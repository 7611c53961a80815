import { assert } from 'chai';
import type { Analysis, Deployment, Metric } from '../../../operator/api/generated/deployment.ts';
import { annotations } from '../../../operator/api/names.ts';
import type { Condition } from '../../../operator/api/objects.ts';
import type { MetricReading } from '../../../operator/ports/metric-source.ts';
import { aDeployment } from './builders.ts';
import { Simulation } from './simulation.ts';

const errors: Metric = {
  name: 'error-rate',
  provider: { prometheus: { query: 'errors{revision="{{revision}}"}' } },
  interval: '10s',
  threshold: { max: 0.01 },
  minSamples: 3,
};
const BLUE_GREEN: Deployment['spec']['strategy'] = {
  type: 'BlueGreen',
  blueGreen: { activeService: 'shop', scaleDownDelaySeconds: 30, autoPromote: true },
};
const CANARY: Deployment['spec']['strategy'] = {
  type: 'Canary',
  canary: { steps: [{ weight: 25 }, { analyse: { metrics: ['error-rate'] } }] },
};

const value = (reading: number) => (): MetricReading => ({ kind: 'values', samples: [{ at: 0, value: reading }] });
const empty = (): MetricReading => ({ kind: 'no-data', message: 'empty' });

/** A Service takes its port from the pods. */
function withImage(image: string): (object: Deployment) => Deployment {
  const containers = [{ name: 'web', image, ports: [{ name: 'http', containerPort: 8080 }] }];
  return (object) => ({
    ...object,
    spec: { ...object.spec, template: { ...object.spec.template, spec: { containers } } },
  });
}

function analysedOf({ status }: Simulation): Pick<Condition, 'status' | 'reason'> | undefined {
  const found = status.conditions?.find(({ type }) => type === 'Analysed');
  return found && { status: found.status, reason: found.reason };
}

/** A second version that was promoted a moment ago, measured by the reading given from then on. */
async function promoted(
  metric: () => MetricReading,
  strategy?: Deployment['spec']['strategy'],
  change: Partial<Analysis> = {},
): Promise<Simulation> {
  const analysis = { metrics: [errors], afterPromotion: '2m', ...change };
  const spec = { replicas: 3, analysis, ...(strategy === undefined ? {} : { strategy }) };
  const simulation = await new Simulation({ metric: value(0) }, withImage('shop:1')(aDeployment(spec))).run();
  assert.equal(simulation.status.phase, 'Serving');
  simulation.edit(withImage('shop:2'));
  const old = simulation.status.revisions?.serving;
  for (let round = 0; simulation.status.revisions?.serving === old; round += 1) {
    if (round === 300) throw new Error(`not promoted:\n${simulation.trace.slice(-12).join('\n')}`);
    await simulation.run(1_000);
    simulation.now += 1_000;
  }
  simulation.script = { metric };
  return simulation;
}

describe('the analysis after a promotion', () => {
  it('goes on to the end of its time, and Ready waits for it', async () => {
    const simulation = await promoted(value(0.001));
    await simulation.run(60_000);
    assert.equal(simulation.status.phase, 'Analysing');
    assert.equal(simulation.status.conditions?.find(({ type }) => type === 'Ready')?.status, 'Unknown');
    assert.deepEqual(analysedOf(simulation), { status: 'False', reason: 'Analysing' });
    await simulation.run(120_000);
    assert.equal(simulation.status.phase, 'Serving');
    assert.deepEqual(analysedOf(simulation), { status: 'True', reason: 'AnalysisPassed' });
    assert.deepInclude(
      simulation.status.steps?.find(({ name }) => name === 'analyse'),
      { state: 'Done' },
    );
    const looks = simulation.requests.length;
    await simulation.run(600_000);
    assert.equal(simulation.requests.length, looks, 'at rest nothing is read');
  });

  for (const [name, strategy] of [
    ['rolling', undefined],
    ['canary', CANARY],
    ['blue-green', BLUE_GREEN],
  ] as const) {
    it(`takes a ${name} delivery back on a breach, to the revision before`, async () => {
      const simulation = await promoted(value(0.001), strategy);
      const { previous, serving: bad = '' } = simulation.status.revisions ?? {};
      const before = previous?.[0]?.hash;
      await simulation.run(45_000);
      const standing = simulation.sizes();
      simulation.script = { metric: value(1) };
      const breached = simulation.now;
      await simulation.run();
      const { status } = simulation;
      assert.equal(status.phase, 'RolledBack');
      assert.equal(status.revisions?.serving, before);
      assert.deepInclude(status.revisions?.rejected?.[0], { hash: bad, reason: 'AnalysisFailed' });
      assert.isAtMost(Date.parse(status.revisions?.rejected?.[0]?.at ?? ''), breached + 10_000);
      assert.deepEqual(simulation.sizes(), { [`shop-${before}`]: 3, [`shop-${bad}`]: 0 });
      assert.deepEqual(analysedOf(simulation), { status: 'False', reason: 'AnalysisFailed' });
      assert.equal(standing[`shop-${before}`], name === 'blue-green' ? 3 : 0, 'stands by, or has gone');
    });
  }

  it('lets the pods that stood by go once it has ended', async () => {
    const simulation = await promoted(value(0.001), BLUE_GREEN);
    const before = simulation.status.revisions?.previous?.[0]?.hash;
    await simulation.run(115_000);
    assert.equal(simulation.sizes()[`shop-${before}`], 3);
    await simulation.run(10_000);
    assert.equal(simulation.sizes()[`shop-${before}`], 0);
    assert.equal(simulation.status.phase, 'Serving');
  });

  it('asks a person where it came to no verdict, and is over by the token promote', async () => {
    const simulation = await promoted(empty);
    await simulation.run(130_000);
    assert.match(simulation.status.message ?? '', /after the promotion: Inconclusive: .*promote goes on/);
    simulation.annotate(annotations.promote, '1');
    await simulation.run(5_000);
    assert.equal(simulation.status.phase, 'Serving');
    assert.deepEqual(simulation.status.handled, { promote: '1' });
    const story = simulation.status.timeline?.join('\n');
    assert.include(story, 'promote: the revision stays, although its metrics came to no verdict after the promotion');
    assert.notInclude(story, 'has no pause or weight to skip');
    assert.deepEqual(analysedOf(simulation), { status: 'Unknown', reason: 'AnalysisInconclusive' });
  });

  it('goes back where nobody decides, and by the token abort', async () => {
    const undecided = await promoted(empty);
    await undecided.run();
    assert.equal(undecided.status.revisions?.rejected?.[0]?.reason, 'AnalysisInconclusive');
    assert.deepEqual(analysedOf(undecided), { status: 'False', reason: 'AnalysisInconclusive' });
    const aborted = await promoted(value(0), CANARY);
    aborted.annotate(annotations.abort, '1');
    await aborted.run(60_000);
    assert.equal(aborted.status.phase, 'RolledBack');
    assert.equal(aborted.status.revisions?.rejected?.[0]?.reason, 'Aborted');
  });

  it('calls the tools that come after only once it has passed', async () => {
    const after = [{ name: 'tell', server: 'notify', tool: 'post_message' }];
    const manifest = aDeployment({
      analysis: { metrics: [errors], afterPromotion: '1m' },
      tools: { after },
    });
    const simulation = await new Simulation({ metric: value(0) }, manifest).run(30_000);
    assert.equal(simulation.calls.length, 0);
    await simulation.run();
    assert.equal(simulation.calls.length, 1);
  });

  it('keeps the pods of a first delivery that nothing can replace', async () => {
    const analysis = { metrics: [errors], afterPromotion: '2m' };
    const simulation = await new Simulation({ metric: value(0) }, aDeployment({ replicas: 2, analysis })).run(30_000);
    assert.equal(simulation.status.phase, 'Analysing');
    simulation.script = { metric: value(1) };
    await simulation.run();
    assert.match(simulation.status.message ?? '', /AnalysisFailed.*nothing else can serve, so its pods are kept/);
    assert.equal(simulation.readyPods, 2);
  });

  it('is Unknown, never True, where nothing was measured or all was skipped', async () => {
    const none = await new Simulation({}, aDeployment()).run();
    assert.deepEqual(analysedOf(none), { status: 'Unknown', reason: 'NothingToAnalyse' });
    const analysis = { metrics: [{ ...errors, noData: 'pass' as const }], afterPromotion: '1m' };
    const skipped = await new Simulation({ metric: empty }, aDeployment({ analysis })).run();
    assert.equal(skipped.status.phase, 'Serving');
    assert.deepEqual(analysedOf(skipped), { status: 'Unknown', reason: 'AnalysisSkipped' });
    assert.deepInclude(
      skipped.status.steps?.find(({ name }) => name === 'analyse'),
      { state: 'Skipped' },
    );
  });

  it('is True by what an analyse step of the strategy came to, though later steps only watched', async () => {
    const { afterPromotion: _none, ...analysis } = { metrics: [errors], afterPromotion: '' };
    const manifest = aDeployment({ replicas: 3, analysis, ...(CANARY && { strategy: CANARY }) });
    const simulation = await new Simulation({ metric: value(0) }, manifest).run();
    simulation.edit(withImage('shop:2'));
    await simulation.run();
    assert.deepEqual(analysedOf(simulation), { status: 'True', reason: 'AnalysisPassed' });
  });

  it('comes to the same end after a crash at any effect', async () => {
    const whole = await (await promoted(value(0))).run();
    const begun = (await promoted(value(0))).effects;
    for (let crashAt = begun + 1; crashAt <= whole.effects; crashAt += 1) {
      const simulation = await promoted(value(0));
      simulation.crashAt = crashAt;
      await simulation.run();
      assert.equal(simulation.status.phase, 'Serving', `after effect ${crashAt}`);
      assert.deepEqual(analysedOf(simulation)?.reason, 'AnalysisPassed');
    }
  });

  it('is refused where there is nothing but comparisons', async () => {
    const { threshold: _threshold, ...metric } = errors;
    const analysis = {
      metrics: [{ ...metric, compare: { to: 'baseline', maxIncrease: 1 } }],
      afterPromotion: '1m',
    } as const;
    const simulation = await new Simulation({}, aDeployment({ analysis })).run();
    assert.match(simulation.status.message ?? '', /afterPromotion has nothing to measure/);
  });
});
