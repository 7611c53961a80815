import { assert } from 'chai';
import type { CanaryStep, Deployment, Rollback } from '../../../operator/api/generated/deployment.ts';
import { annotations } from '../../../operator/api/names.ts';
import { isInRollbackWindow } from '../../../operator/controllers/deployment/delivery/rollback-window.ts';
import { aDeployment, START, withImage } from './builders.ts';
import { Simulation } from './simulation.ts';

const STEPS: readonly CanaryStep[] = [{ weight: 50 }, { pause: {} }];
const fate = (image: string) => (image === 'shop:bad' ? 'image-pull' : 'ready');

/** A canary with a pause that only a token ends, and the rules given. */
async function serving(rollback: Rollback): Promise<Simulation> {
  const manifest = aDeployment({ strategy: { type: 'Canary', canary: { steps: STEPS } }, rollback });
  const simulation = await new Simulation({ fate }, manifest).run();
  assert.equal(simulation.status.phase, 'Serving');
  return simulation;
}

/** Applies another image, and lets it through its pause. */
async function delivered(simulation: Simulation, image: string): Promise<void> {
  simulation.edit(withImage(image));
  await simulation.run();
  assert.equal(simulation.status.phase, 'Paused');
  simulation.annotate(annotations.promote, image);
  await simulation.run();
  assert.equal(simulation.status.phase, 'Serving');
}

const consultations = (simulation: Simulation) => simulation.all('ExpertConsultation').length;
const stepStates = ({ status }: Simulation) =>
  Object.fromEntries((status.steps ?? []).map(({ name, state, cause }) => [name, cause ?? state]));

describe('the rollback window', () => {
  it('lets a version that served inside it come back without review and steps', async () => {
    const simulation = await serving({ window: { revisions: 3, duration: '72h' } });
    await delivered(simulation, 'shop:2');
    const asked = consultations(simulation);
    simulation.edit(withImage('shop:1'));
    await simulation.run();
    assert.equal(simulation.status.phase, 'Serving');
    assert.equal(consultations(simulation), asked);
    assert.equal(stepStates(simulation)['review'], 'InRollbackWindow');
    assert.include(
      simulation.status.timeline?.join('\n'),
      'review: revision ec02f7999d served inside spec.rollback.window: no review, no steps, no analysis',
    );
    // It stays that delivery once the window is over, and the usual rules hold for what comes next.
    simulation.now += 100 * 3_600_000;
    const { plan } = simulation.status;
    await simulation.run();
    assert.deepEqual(simulation.status.plan, plan);
    assert.notInclude(simulation.status.message, 'rules wait');
    await delivered(simulation, 'shop:3');
  });

  it('is over after its time and after so many versions', () => {
    const spec = { ...aDeployment().spec, rollback: { window: { revisions: 2, duration: '1h' } } };
    const previous = ['c', 'b', 'a'].map((hash, index) => ({
      hash,
      at: new Date(START - index * 40 * 60_000).toISOString(),
    }));
    const within = (revision: string, change: Partial<Deployment['spec']> = {}) =>
      isInRollbackWindow({ ...spec, ...change }, revision, { revisions: { serving: 'd', previous } }, START);
    assert.deepEqual(
      ['c', 'b', 'a', 'd', 'e'].map((revision) => within(revision)),
      [true, true, false, false, false],
    );
    const only = (window: Rollback['window']) => ({ rollback: window === undefined ? {} : { window } });
    assert.isFalse(within('b', only({ duration: '30m' })));
    assert.isTrue(within('a', only({ duration: '2h' })));
    assert.isFalse(within('c', only(undefined)));
  });

  it('is no way round for a version that was rejected', async () => {
    const simulation = await serving({ window: { revisions: 3 } });
    simulation.edit(withImage('shop:bad'));
    await simulation.run();
    assert.equal(simulation.status.phase, 'RolledBack');
    const asked = consultations(simulation);
    simulation.edit(withImage('shop:1'));
    await simulation.run();
    simulation.edit(withImage('shop:bad'));
    await simulation.run();
    assert.equal(simulation.status.phase, 'RolledBack');
    assert.equal(consultations(simulation), asked);
  });
});

describe('rollback.automatic: false', () => {
  it('holds a version that failed as it stands, and goes back by the token abort', async () => {
    const simulation = await serving({ automatic: false });
    simulation.edit(withImage('shop:bad'));
    await simulation.run();
    const held = simulation.sizes();
    assert.include(simulation.status.message, 'spec.rollback.automatic is false');
    assert.include(simulation.status.message, 'image shop:bad cannot be pulled');
    const ready = simulation.status.conditions?.find(({ type }) => type === 'Ready');
    assert.deepInclude(ready, { status: 'Unknown', reason: 'WaitingForDecision' });
    simulation.now += 10 * 3_600_000;
    await simulation.run();
    assert.deepEqual(simulation.sizes(), held);
    simulation.annotate(annotations.abort, '1');
    await simulation.run();
    assert.equal(simulation.status.phase, 'RolledBack');
    assert.equal(simulation.readyPods, 2);
  });
});

describe('the token abort at rest', () => {
  it('rejects what serves and goes back one version', async () => {
    const simulation = await serving({ automatic: true });
    await delivered(simulation, 'shop:2');
    const { revisions } = simulation.status;
    simulation.now += 3_600_000;
    simulation.annotate(annotations.abort, '1');
    await simulation.run();
    assert.equal(simulation.status.phase, 'RolledBack');
    assert.equal(simulation.status.revisions?.serving, revisions?.previous?.[0]?.hash);
    assert.deepInclude(simulation.status.revisions?.rejected?.[0], {
      hash: revisions?.serving ?? '',
      reason: 'Aborted',
    });
    assert.equal(simulation.readyPods, 2);
  });
});
