import { assert } from 'chai';
import { stringify } from 'yaml';
import type { CanaryStep, Deployment } from '../../../operator/api/generated/deployment.ts';
import { annotations } from '../../../operator/api/names.ts';
import { aDeployment, withImage } from './builders.ts';
import { assertGolden } from './golden.ts';
import { type Script, Simulation } from './simulation.ts';

const scripted: Script = { fate: (image) => (image.includes('missing') ? 'image-pull' : 'ready') };
const YAML = { lineWidth: 140, sortMapEntries: true } as const;

const canary = (steps: readonly CanaryStep[], spec: Partial<Deployment['spec']> = {}): Deployment =>
  aDeployment({ replicas: 4, strategy: { type: 'Canary', canary: { steps } }, ...spec });

/** A canary whose first version serves. */
async function served(steps: readonly CanaryStep[], script: Script = scripted): Promise<Simulation> {
  const simulation = await new Simulation(script, canary(steps)).run();
  assert.equal(simulation.status.phase, 'Serving');
  simulation.chapter('a second version');
  simulation.edit(withImage('shop:2'));
  return simulation;
}

const sizes = (simulation: Simulation) => Object.values(simulation.sizes());

describe('the life of a canary, told by its trace', () => {
  it('shifts pods by the weights, waits out its pause and is promoted', async () => {
    const simulation = await served([{ weight: 25 }, { pause: { duration: '30s' } }, { weight: 50 }]);
    await simulation.run();
    assert.equal(simulation.status.phase, 'Serving');
    assertGolden('canary-good', simulation.trace.join('\n'));
  });

  it('waits at a pause without duration for the promote token', async () => {
    const simulation = await served([{ weight: 50 }, { pause: {} }, { weight: 75 }, { pause: {} }]);
    await simulation.run();
    assert.deepEqual(sizes(simulation), [2, 2]);
    simulation.chapter('the token promote');
    simulation.annotate(annotations.promote, '1');
    await simulation.run();
    assert.deepEqual(sizes(simulation), [0, 4]);
    assert.deepEqual(simulation.status.handled, { promote: '1' });
    assertGolden('canary-promoted', simulation.trace.join('\n'));
  });

  it('is aborted at a pause, and goes back', async () => {
    const simulation = await served([{ weight: 50 }, { pause: {} }]);
    await simulation.run();
    simulation.chapter('the token abort');
    simulation.annotate(annotations.abort, '1');
    await simulation.run();
    assert.deepEqual(sizes(simulation), [4, 0]);
    assert.equal(simulation.status.phase, 'RolledBack');
    assertGolden('canary-aborted', simulation.trace.join('\n'));
  });

  it('reads well while it is paused', async () => {
    const simulation = await served([{ weight: 25 }, { pause: {} }]);
    await simulation.run();
    assertGolden('status-canary-paused', stringify(simulation.status, YAML));
  });
});
