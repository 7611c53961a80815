import { assert } from 'chai';
import type { CanaryStep, Metric } from '../../../operator/api/generated/deployment.ts';
import { aDeployment, withImage } from './builders.ts';
import { Simulation } from './simulation.ts';

const errors: Metric = {
  name: 'error-rate',
  provider: { prometheus: { query: 'errors{revision="{{revision}}"}' } },
  interval: '10s',
  threshold: { max: 0.01 },
  minSamples: 3,
};
const steps: readonly CanaryStep[] = [{ weight: 25 }, { pause: {} }];

const reading = (value: number) => () => ({ kind: 'values', samples: [{ at: 0, value }] }) as const;

/** A canary that pauses while it is measured, and is suspended then. */
async function suspended(): Promise<Simulation> {
  const manifest = aDeployment({
    replicas: 4,
    strategy: { type: 'Canary', canary: { steps } },
    analysis: { metrics: [errors] },
  });
  const simulation = await new Simulation({ metric: reading(0) }, manifest).run();
  simulation.edit(withImage('shop:2'));
  await simulation.run(60_000);
  assert.equal(simulation.status.phase, 'Paused');
  hold(simulation, true);
  return simulation;
}

function hold(simulation: Simulation, suspend: boolean): void {
  simulation.edit((object) => ({ ...object, spec: { ...object.spec, suspend } }));
}

const looks = ({ requests }: Simulation) => requests.filter((one) => one === 'read error-rate of desired').length;
const movesOf = ({ requests }: Simulation) => requests.filter((one) => !/^read |^patch status/.test(one)).length;

describe('a delivery that is suspended', () => {
  it('goes on being measured, at the pace of its metrics', async () => {
    const simulation = await suspended();
    const [before, moved] = [looks(simulation), movesOf(simulation)];
    await simulation.run(60_000);
    assert.equal(looks(simulation) - before, 6);
    assert.equal(movesOf(simulation), moved);
    assert.equal(simulation.status.phase, 'Suspended');
  });

  it('tells a breach at once, and goes back for it when the suspend ends', async () => {
    const simulation = await suspended();
    const [sizes, moved] = [simulation.sizes(), movesOf(simulation)];
    simulation.script = { metric: reading(0.5) };
    await simulation.run(600_000);
    assert.equal(simulation.status.phase, 'Suspended');
    assert.deepInclude(simulation.status.analysis?.[0], { metric: 'error-rate', verdict: 'Fail' });
    assert.match(
      simulation.status.message ?? '',
      /^suspended before step roll-out: .*error-rate outside the threshold/,
    );
    assert.deepEqual([simulation.sizes(), movesOf(simulation)], [sizes, moved]);
    assert.notProperty(simulation.status.revisions, 'rejected');
    hold(simulation, false);
    await simulation.run();
    assert.equal(simulation.status.phase, 'RolledBack');
    assert.equal(simulation.status.revisions?.rejected?.[0]?.reason, 'AnalysisFailed');
  });

  it('stays Ready where it has nothing to move', async () => {
    const simulation = await new Simulation().run();
    hold(simulation, true);
    await simulation.run();
    assert.equal(simulation.status.phase, 'Serving');
    assert.deepInclude(
      simulation.status.conditions?.find(({ type }) => type === 'Ready'),
      { status: 'True', reason: 'Promoted' },
    );
  });
});
