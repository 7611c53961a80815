import { assert } from 'chai';
import type { Deployment, ToolCall } from '../../../operator/api/generated/deployment.ts';
import { figure } from '../../support/figure.ts';
import { aDeployment, withImage } from './builders.ts';
import { Simulation } from './simulation.ts';

const PATIENCE = 60_000;
const call = (name: string, undo = true): ToolCall => ({
  name,
  server: 'ops',
  tool: name,
  ...(undo ? { undo: { server: 'ops', tool: `un-${name}` } } : {}),
});
const spec = (): Deployment['spec'] => ({
  ...aDeployment({
    replicas: 2,
    strategy: { type: 'Canary', canary: { steps: [{ weight: 50 }, { call: call('c') }] } },
    tools: { before: [call('a'), call('b')], onRollback: [call('page', false), call('log', false)] },
  }).spec,
});

/** A delivery whose third call fails, deleted after that many effects of it; the process dies after another. */
async function deletedAfter(effects: number, crashAt?: number): Promise<Simulation> {
  const simulation = await new Simulation({}, aDeployment({ replicas: 2 })).run();
  simulation.script = {
    tool: ({ tool }) => ({ state: tool === 'c' ? 'failed' : 'succeeded', message: 'done', content: {} }),
  };
  simulation.edit(() => withImage('shop:2')({ ...simulation.deployment, spec: spec() }));
  const begun = simulation.effects;
  if (crashAt !== undefined) simulation.crashAt = begun + crashAt;
  simulation.deleteAt = begun + effects;
  return simulation.run();
}

const firsts = ({ calls }: Simulation) => {
  const seen = new Set<string>();
  return calls.filter(({ key }) => !seen.has(key) && seen.add(key)).map(({ tool }) => tool);
};

describe('calls of a delivery that is deleted while it is taken back', () => {
  it('are undone once, and what a rollback calls is called once, wherever the deletion and the end of the process fall', async () => {
    let lived = 0;
    for (let effects = 1; (await deletedAfter(effects)).isDeleting; effects += 1) {
      for (let crashAt = Math.max(1, effects - 2); ; crashAt += 1) {
        const simulation = await deletedAfter(effects, crashAt);
        const told = `deleted after ${effects}, crashed after ${crashAt}:\n${simulation.trace.join('\n')}`;
        const made = firsts(simulation);
        const own = made.filter((tool) => ['a', 'b', 'c'].includes(tool));
        const undone = own.filter((tool) => tool !== 'c').map((tool) => `un-${tool}`);
        const called = made.length === 0 ? [] : ['page', 'log'];
        assert.deepEqual(made, [...own, ...undone.toReversed(), ...called], told);
        const unaware = simulation.calls.filter(({ repeated }) => repeated !== true).map(({ key }) => key);
        assert.equal(new Set(unaware).size, unaware.length, told);
        lived += 1;
        if (!simulation.trace.includes('  crash')) break;
      }
    }
    assert.isAbove(lived, 100);
    figure(15, `deleted and killed after any effect of a delivery that fails: ${lived} lives, each call undone once`);
  }).timeout(PATIENCE);
});
