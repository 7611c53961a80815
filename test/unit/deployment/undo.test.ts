import { assert } from 'chai';
import type { Deployment, ToolCall } from '../../../operator/api/generated/deployment.ts';
import { annotations } from '../../../operator/api/names.ts';
import { needsFinalizer } from '../../../operator/controllers/deployment/needs-finalizer.ts';
import { withdraw } from '../../../operator/controllers/deployment/teardown/withdraw.ts';
import { figure } from '../../support/figure.ts';
import { answering } from './answering.ts';
import { aDeployment, withImage } from './builders.ts';
import { laws } from './observed-builders.ts';
import { type Script, Simulation } from './simulation.ts';

const PATIENCE = 60_000;
const call = (name: string, undo = true): ToolCall => ({
  name,
  server: 'ops',
  tool: name,
  ...(undo ? { undo: { server: 'ops', tool: `un-${name}`, arguments: { of: name } } } : {}),
});

/** Three calls with an undo and one without, over two steps; `page` is what a rollback calls. */
const manifest = (): Deployment =>
  aDeployment({
    replicas: 4,
    strategy: { type: 'Canary', canary: { steps: [{ weight: 25 }, { call: call('c') }, { weight: 50 }] } },
    tools: { before: [call('a'), call('plain', false), call('b')], onRollback: [call('page', false)] },
  });

/** A version serves; the next one is called for, and what comes of it is what the script says. */
async function second(script: Script, crashAt?: number): Promise<Simulation> {
  const simulation = await new Simulation({}, aDeployment({ replicas: 4 })).run();
  simulation.script = { fate: (image) => (image.includes('missing') ? 'image-pull' : 'ready'), ...script };
  if (crashAt !== undefined) simulation.crashAt = simulation.effects + crashAt;
  return simulation;
}

async function failing(script: Script, image = 'shop:2', crashAt?: number): Promise<Simulation> {
  const simulation = await second(script, crashAt);
  simulation.edit(() => withImage(image)({ ...simulation.deployment, spec: { ...manifest().spec } }));
  return simulation.run();
}

const names = ({ calls }: Simulation) => calls.map(({ tool }) => tool);
const outcomes = ({ status }: Simulation) =>
  Object.fromEntries((status.tools ?? []).map(({ tool = '', outcome }) => [tool, outcome]));

describe('calls that say what takes them back', () => {
  it('are undone in reverse order when the delivery fails, before what a rollback calls (B15)', async () => {
    const simulation = await failing({ tool: answering({ c: 'failed' }) });
    assert.deepEqual(names(simulation), ['a', 'plain', 'b', 'c', 'un-b', 'un-a', 'page']);
    assert.deepEqual(outcomes(simulation), {
      a: 'Undone',
      plain: 'Succeeded',
      b: 'Undone',
      c: 'Failed',
      'un-b': 'Succeeded',
      'un-a': 'Succeeded',
      page: 'Succeeded',
    });
    assert.include(simulation.status.message, 'undone b, a');
    assert.equal(simulation.status.phase, 'RolledBack');
    assert.deepEqual(simulation.calls.find(({ tool }) => tool === 'un-a')?.arguments, { of: 'a' });
  });

  it('are undone when the delivery is aborted after a call of its strategy', async () => {
    const simulation = await second({});
    const paused = manifest();
    const steps = [{ weight: 25 }, { call: call('c') }, { pause: { duration: '1h' } }];
    simulation.edit(() =>
      withImage('shop:2')({
        ...simulation.deployment,
        spec: { ...paused.spec, strategy: { type: 'Canary', canary: { steps } } },
      }),
    );
    await simulation.run(60_000);
    simulation.annotate(annotations.abort, '1');
    await simulation.run();
    assert.deepEqual(names(simulation), ['a', 'plain', 'b', 'c', 'un-c', 'un-b', 'un-a', 'page']);
  });

  it('are undone when a call before the roll-out fails, and what serves is untouched', async () => {
    const simulation = await failing({ tool: answering({ b: 'failed' }) });
    assert.deepEqual(names(simulation), ['a', 'plain', 'b', 'un-a']);
    assert.include(simulation.status.message, 'tool ops.b (b) failed: no space; undone a; what serves is untouched');
    assert.equal(Object.keys(simulation.sizes()).length, 1);
    await simulation.run();
    assert.equal(simulation.calls.length, 4, 'nothing is called again');
  });

  it('are told of where the undo failed, which holds nothing up', async () => {
    const simulation = await failing({ tool: answering({ c: 'failed', 'un-b': 'failed' }) });
    assert.deepEqual(names(simulation), ['a', 'plain', 'b', 'c', 'un-b', 'un-a', 'page']);
    assert.deepInclude(outcomes(simulation), { a: 'Undone', b: 'Succeeded', 'un-b': 'Failed' });
    assert.include(simulation.status.message, 'undone a; NOT undone b (no space)');
    assert.equal(simulation.status.phase, 'RolledBack');
  });

  it('are not undone where nobody knows whether they had an effect, and that is told', async () => {
    const simulation = await failing({ tool: answering({ c: 'unknown' }) });
    assert.deepEqual(names(simulation), ['a', 'plain', 'b', 'c', 'un-b', 'un-a', 'page']);
    assert.include(simulation.status.message, 'undone b, a; NOT undone c (nobody knows its outcome)');
  });

  it('are undone once the object is deleted in the middle', async () => {
    const simulation = await failing({ tool: answering({ b: 'unknown' }) });
    const observed = await simulation.observe();
    assert.isTrue(needsFinalizer(observed, laws()));
    assert.deepEqual(names(simulation), ['a', 'plain', 'b', 'un-a']);
    const decision = withdraw.decide(observed, laws({ now: simulation.now }));
    const [action] = decision.kind === 'act' ? decision.actions : [];
    assert.nestedInclude(action, { type: 'record', 'record.call.tool': 'page' });
  });

  it('are undone once, whichever effect the process died after (B15)', async () => {
    const script: Script = { tool: answering({ c: 'failed' }) };
    const whole = await failing(script);
    let crashes = 0;
    for (const total = whole.effects; ; ) {
      crashes += 1;
      const crashed = await failing(script, 'shop:2', crashes);
      const told = `after effect ${crashes}:\n${crashed.trace.join('\n')}`;
      if (!crashed.trace.includes('  crash')) break;
      assert.isBelow(crashes, total + 1, told);
      assert.deepEqual(outcomes(crashed), outcomes(whole), told);
      const first = new Set<string>();
      const order = crashed.calls.filter(({ key }) => !first.has(key) && first.add(key)).map(({ tool }) => tool);
      assert.deepEqual(order, names(whole), told);
      const unaware = crashed.calls.filter(({ repeated }) => repeated !== true).map(({ key }) => key);
      assert.equal(new Set(unaware).size, unaware.length, told);
    }
    figure(15, `killed after each of ${crashes - 1} effects: a key <= 1 effect, 2 undos in reverse order each time`);
  }).timeout(PATIENCE);
});
