import { assert } from 'chai';
import type { Deployment, ToolCall } from '../../../operator/api/generated/deployment.ts';
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
  it('are undone once, and what a rollback calls is called once, wherever the deletion falls', async () => {
    let mixed = 0;
    for (let effects = 1; ; effects += 1) {
      const simulation = await deletedAfter(effects);
      const told = `deleted after effect ${effects}:\n${simulation.trace.join('\n')}`;
      if (!simulation.isDeleting) break;
      const made = firsts(simulation);
      const undoable = made.filter((tool) => ['a', 'b'].includes(tool));
      const undone = made.filter((tool) => tool.startsWith('un-'));
      assert.deepEqual(
        undone,
        undoable.toReversed().map((tool) => `un-${tool}`),
        told,
      );
      assert.deepEqual(
        made.filter((tool) => ['page', 'log'].includes(tool)),
        made.length === 0 ? [] : ['page', 'log'],
        told,
      );
      assert.equal(simulation.calls.length, made.length, told);
      mixed += 1;
    }
    assert.isAbove(mixed, 10);
  }).timeout(PATIENCE);
});
