import { assert } from 'chai';
import { Upstream } from '../../../operator/api/errors.ts';
import type { CanaryStep } from '../../../operator/api/generated/deployment.ts';
import type { Action } from '../../../operator/core/action.ts';
import { aDeployment, START, withImage } from './builders.ts';
import { Simulation } from './simulation.ts';

const DEADLINE = 600_000;
const STEPS: readonly CanaryStep[] = [{ weight: 50 }, { pause: { duration: '60s' } }];
const down = new Upstream('InternalError', 'could not create pods: failed calling webhook "pods.example.com"');
const denied = (step: string) => ({
  ...({ decisionId: 'd', allowed: false, outcome: 'deny', warnings: [], bundle: 'b', step } as const),
  reasons: [{ rule: 'supply-chain/registry', message: 'registry evil.example is not allowed' }],
});

const asks = (actions: readonly Action[]) => actions.some(({ type }) => type === 'dry-run-object');

/** A canary that serves its first version. */
async function serving(rollback = {}): Promise<Simulation> {
  const manifest = aDeployment({ strategy: { type: 'Canary', canary: { steps: STEPS } }, rollback });
  const simulation = await new Simulation({}, manifest).run();
  assert.equal(simulation.status.phase, 'Serving');
  return simulation;
}

/** The next version, at half of the pods. */
async function halfWay(simulation: Simulation): Promise<Simulation> {
  simulation.edit(withImage('shop:2'));
  await simulation.run(30_000);
  assert.equal(simulation.status.phase, 'Paused');
  return simulation;
}

const condition = ({ status }: Simulation, name: string) => status.conditions?.find(({ type }) => type === name);

describe('a delivery that nobody answers', () => {
  it('is told as Stalled after its deadline, with the cause, and goes on once somebody does', async () => {
    let up = false;
    const simulation = new Simulation({ failure: (actions) => (asks(actions) && !up ? down : undefined) });
    await simulation.run(DEADLINE - 1_000);
    assert.deepInclude(condition(simulation, 'Ready'), { status: 'Unknown', reason: 'InternalError' });
    assert.isUndefined(condition(simulation, 'Stalled'));
    await simulation.run(DEADLINE + 1_000);
    assert.deepInclude(condition(simulation, 'Stalled'), {
      ...{ status: 'True', reason: 'InternalError' },
      message: 'could not create pods: failed calling webhook "pods.example.com"',
    });
    assert.equal(condition(simulation, 'Ready')?.status, 'False');
    up = true;
    await simulation.run();
    assert.equal(simulation.status.phase, 'Serving');
  });
});

describe('one failure long after a step began', () => {
  it('is tried again before anybody is told of a stall', async () => {
    const steps: readonly CanaryStep[] = [{ weight: 50 }, { pause: { duration: '30m' } }];
    const manifest = aDeployment({ strategy: { type: 'Canary', canary: { steps } } });
    const simulation = await halfWay(await new Simulation({}, manifest).run());
    let failures = 0;
    simulation.script = { failure: () => (failures++ === 0 ? down : undefined) };
    await simulation.run();
    assert.equal(simulation.status.phase, 'Serving');
    assert.include(simulation.trace.join('\n'), 'failed calling webhook');
    assert.notInclude(simulation.trace.join('\n'), 'status Failed');
  });
});

describe('a roll-out that something holds', () => {
  it('stands as it is until its deadline, and then goes back though policy denies its step still', async () => {
    const simulation = await halfWay(await serving());
    const held = simulation.sizes();
    simulation.script = { policy: (step) => (step === 'roll-out' ? denied(step) : undefined) };
    await simulation.run(DEADLINE);
    assert.deepInclude(condition(simulation, 'Stalled'), { reason: 'PolicyDenied' });
    assert.deepEqual(simulation.sizes(), held);
    await simulation.run(2 * DEADLINE);
    assert.equal(simulation.status.phase, 'RolledBack');
    const [rejected] = simulation.status.revisions?.rejected ?? [];
    assert.equal(rejected?.reason, 'PolicyDenied');
    assert.match(rejected?.message ?? '', /^held for 600 s: policy denied step roll-out: registry evil\.example/);
    const at = Date.parse(rejected?.at ?? '') - Date.parse(condition(simulation, 'Stalled')?.lastTransitionTime ?? '');
    assert.isAtMost(at, 5_000);
  });

  it('goes on where it stood when the denial ends in time', async () => {
    const simulation = await halfWay(await serving());
    const until = simulation.now + DEADLINE / 2;
    simulation.script = { policy: (step, now) => (step === 'roll-out' && now < until ? denied(step) : undefined) };
    await simulation.run();
    assert.equal(simulation.status.phase, 'Serving');
    assert.isAbove(simulation.now, START);
  });

  it('stays for a person to decide where rollback is not automatic', async () => {
    const simulation = await halfWay(await serving({ automatic: false }));
    const held = simulation.sizes();
    simulation.script = { policy: (step) => (step === 'roll-out' ? denied(step) : undefined) };
    await simulation.run(10 * DEADLINE);
    assert.deepInclude(condition(simulation, 'Stalled'), { reason: 'PolicyDenied' });
    assert.deepEqual(simulation.sizes(), held);
  });
});

describe('a way back that policy denies', () => {
  const NO_WAY = /^policy denied step roll-back: registry evil\.example is not allowed \[supply-chain\/registry\]/;

  it('is told with what it was to mend, is asked for every half minute and no more, and taken once it may be', async () => {
    const simulation = await halfWay(await serving());
    let asked = 0;
    const policy = (step: string) => {
      if (step !== 'roll-back') return undefined;
      asked += 1;
      return denied(step);
    };
    simulation.script = { fate: (image) => (image === 'shop:2' ? 'crash' : 'ready'), policy };
    simulation.annotate('code-engine.dev/abort', '1');
    await simulation.run(DEADLINE);
    const told = condition(simulation, 'Stalled');
    assert.deepInclude(told, { status: 'True', reason: 'PolicyDenied' });
    assert.match(told?.message ?? '', NO_WAY);
    assert.match(told?.message ?? '', /revision \S+ is aborted by the annotation code-engine\.dev\/abort$/);
    assert.equal(simulation.status.message, told?.message);
    assert.isAtMost(asked, DEADLINE / 30_000 + 5);
    simulation.script = {};
    await simulation.run(31_000);
    assert.equal(simulation.status.phase, 'RolledBack');
  });

  it('leaves traffic where it is, and says so of pods that fail', async () => {
    const simulation = await serving();
    simulation.script = {
      fate: (image) => (image === 'shop:2' ? 'image-pull' : 'ready'),
      policy: (step) => (step === 'roll-back' ? denied(step) : undefined),
    };
    simulation.edit(withImage('shop:2'));
    await simulation.run(10 * DEADLINE);
    assert.match(simulation.status.message ?? '', NO_WAY);
    assert.match(simulation.status.message ?? '', /was rejected \(ImagePullFailed\)/);
    assert.deepEqual(Object.values(simulation.sizes()).toSorted(), [1, 2]);
  });
});
