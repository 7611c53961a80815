import { assert } from 'chai';
import { Upstream } from '../../../operator/api/errors.ts';
import type { Deployment, ToolCall } from '../../../operator/api/generated/deployment.ts';
import { annotations } from '../../../operator/api/names.ts';
import type { Action } from '../../../operator/core/action.ts';
import { figure } from '../../support/figure.ts';
import { answering } from './answering.ts';
import { aDeployment, withImage } from './builders.ts';
import { Simulation } from './simulation.ts';

const PATIENCE = 120_000;
const HOUR = 3_600_000;
const call = (name: string): ToolCall => ({
  name,
  server: 'ops',
  tool: name,
  undo: { server: 'ops', tool: `un-${name}`, arguments: { of: name } },
});

const spec = (before: readonly string[], within: readonly string[]): Deployment['spec'] => ({
  ...aDeployment({
    replicas: 4,
    strategy: {
      type: 'Canary',
      canary: {
        steps: [{ weight: 25 }, ...within.map((name) => ({ call: call(name) })), { pause: { duration: '1h' } }],
      },
    },
    tools: { before: before.map(call) },
  }).spec,
});

const deliver = (simulation: Simulation, image: string, wanted: Deployment['spec']) =>
  simulation.edit(() => withImage(image)({ ...simulation.deployment, spec: wanted }));

const goBack = (simulation: Simulation, { spec: first } = aDeployment({ replicas: 4 })) =>
  simulation.edit((object) => ({ ...object, spec: first }));

/** A version serves; the next one makes its calls and pauses. */
async function paused(bad = {}, first = aDeployment({ replicas: 4 })): Promise<Simulation> {
  const simulation = await new Simulation({}, first).run();
  simulation.script = { tool: answering(bad) };
  deliver(simulation, 'shop:2', spec(['a', 'b'], ['c']));
  return simulation.run(60_000);
}

const names = ({ calls }: Simulation) => calls.map(({ tool }) => tool);
const firsts = ({ calls }: Simulation) => {
  const seen = new Set<string>();
  return calls.filter(({ key }) => !seen.has(key) && seen.add(key)).map(({ tool }) => tool);
};
const restored = ({ status }: Simulation) => status.conditions?.find(({ type }) => type === 'Restored')?.message;

describe('calls of a delivery that a newer spec supersedes', () => {
  it('are undone in reverse order before the new delivery makes its own', async () => {
    const simulation = await paused();
    deliver(simulation, 'shop:3', spec(['d'], []));
    await simulation.run(60_000);
    assert.deepEqual(names(simulation), ['a', 'b', 'c', 'un-c', 'un-b', 'un-a', 'd']);
    assert.deepEqual(simulation.calls.find(({ tool }) => tool === 'un-a')?.arguments, { of: 'a' });
    assert.include(restored(simulation), 'of the delivery that was superseded: undone c, b, a');
  });

  it('are undone where the newer spec goes back to what serves', async () => {
    const simulation = await paused();
    goBack(simulation);
    await simulation.run();
    assert.deepEqual(names(simulation), ['a', 'b', 'c', 'un-c', 'un-b', 'un-a']);
    assert.equal(simulation.status.phase, 'Serving');
  });

  it('are called again, under keys of their own, where the superseded spec comes back', async () => {
    const simulation = await paused();
    goBack(simulation);
    await simulation.run();
    deliver(simulation, 'shop:2', spec(['a', 'b'], ['c']));
    await simulation.run(60_000);
    goBack(simulation);
    await simulation.run();
    const once = ['a', 'b', 'c', 'un-c', 'un-b', 'un-a'];
    assert.deepEqual(names(simulation), [...once, ...once]);
    assert.equal(new Set(simulation.calls.map(({ key }) => key)).size, 12);
  });

  it('stand once the delivery was promoted', async () => {
    const simulation = await paused();
    await simulation.run(2 * HOUR);
    assert.equal(simulation.status.phase, 'Serving');
    deliver(simulation, 'shop:3', spec(['d'], []));
    await simulation.run(60_000);
    assert.deepEqual(names(simulation), ['a', 'b', 'c', 'd']);
  });

  it('are told of where the undo fails, which holds the new delivery up no longer', async () => {
    const simulation = await paused({ 'un-b': 'failed' });
    deliver(simulation, 'shop:3', spec(['d'], []));
    await simulation.run(60_000);
    assert.deepEqual(names(simulation), ['a', 'b', 'c', 'un-c', 'un-b', 'un-a', 'd']);
    assert.include(restored(simulation), 'undone c, a; NOT undone b (no space)');
  });

  it('hold the new delivery up for one progress deadline together where nobody answers, and stand once it is promoted', async () => {
    const simulation = await paused();
    const down = (action: Action) => action.type === 'call-tool' && action.tool.startsWith('un-');
    const failure = (actions: readonly Action[]) =>
      actions.some(down) ? new Upstream('Unreachable', 'ops is down') : undefined;
    simulation.script = { ...simulation.script, failure };
    const from = simulation.now;
    deliver(simulation, 'shop:3', aDeployment({ replicas: 4 }).spec);
    await simulation.run(7_200_000);
    assert.equal(simulation.status.phase, 'Serving');
    const promoted = simulation.status.steps?.find(({ name }) => name === 'promote')?.finishedAt ?? '';
    assert.isBelow(Date.parse(promoted) - from, 660_000);
    const why = 'no answer before the deadline';
    assert.include(restored(simulation), `NOT undone c (${why}), b (${why}), a (${why})`);
    simulation.script = { tool: answering() };
    deliver(simulation, 'shop:4', spec(['d'], []));
    await simulation.run(60_000);
    assert.deepEqual(names(simulation), ['a', 'b', 'c', 'd']);
  });

  it('are undone by the teardown where the object is deleted before they are', async () => {
    const simulation = await paused();
    deliver(simulation, 'shop:3', spec(['d'], []));
    while (!names(simulation).includes('un-c')) await simulation.pass();
    simulation.deleteAt = simulation.effects;
    await simulation.run();
    assert.deepEqual(names(simulation), ['a', 'b', 'c', 'un-c', 'un-b', 'un-a']);
  });

  it('are the only ones that the teardown undoes, where the spec went back to what serves', async () => {
    const first = aDeployment({ replicas: 4, tools: { before: [call('x')] } });
    const simulation = await paused({}, first);
    goBack(simulation, first);
    while (!names(simulation).includes('un-c')) await simulation.pass();
    simulation.deleteAt = simulation.effects;
    await simulation.run();
    assert.deepEqual(names(simulation), ['x', 'a', 'b', 'c', 'un-c', 'un-b', 'un-a']);
  });

  it('are undone where the new delivery is aborted before they are', async () => {
    const simulation = await paused();
    deliver(simulation, 'shop:3', spec(['d'], []));
    while (!names(simulation).includes('un-c')) await simulation.pass();
    simulation.annotate(annotations.abort, '1');
    await simulation.run();
    assert.deepEqual(names(simulation), ['a', 'b', 'c', 'un-c', 'un-b', 'un-a']);
    assert.include(simulation.status.message, 'of the delivery that was superseded: undone c, b, a');
  });

  it('are told of where their plan was deleted, before the new spec came or after, and hold nothing up', async () => {
    for (const when of ['before', 'after'] as const) {
      const simulation = await paused();
      const { hash } = simulation.status.plan ?? {};
      const deleted = () =>
        simulation.meddle('ControllerRevision', (one) => (one.metadata.name.endsWith(`${hash}`) ? undefined : one));
      if (when === 'before') deleted();
      deliver(simulation, 'shop:3', spec(['d'], []));
      if (when === 'after') {
        const failure = (actions: readonly Action[]) =>
          actions.some(({ type }) => type === 'call-tool') ? new Upstream('Unreachable', 'ops is down') : undefined;
        simulation.script = { ...simulation.script, failure };
        await simulation.run(1_000);
        deleted();
        simulation.script = { tool: answering({}) };
      }
      await simulation.run(60_000);
      assert.deepEqual(names(simulation), ['a', 'b', 'c', 'd'], when);
      const lost = simulation.status.tools?.flatMap(({ name, lost: why }) => (why === undefined ? [] : [name]));
      assert.sameMembers([...(lost ?? [])], ['a', 'b', 'c'], when);
      const lines = simulation.status.timeline?.filter((line) => line.includes('is NOT undone')) ?? [];
      assert.lengthOf(lines, 3);
      assert.match(lines[0] ?? '', /undo: call a of the delivery that was superseded is NOT undone: plan \S+ is gone/);
      assert.equal(simulation.status.phase, 'Paused');
    }
  });

  it('are undone once where a third spec comes before they are', async () => {
    const simulation = await paused();
    deliver(simulation, 'shop:3', spec(['d'], []));
    while (!names(simulation).includes('un-c')) await simulation.pass();
    deliver(simulation, 'shop:4', spec(['a', 'e'], []));
    await simulation.run(60_000);
    assert.deepEqual(names(simulation), ['a', 'b', 'c', 'un-c', 'un-b', 'un-a', 'a', 'e']);
  });

  for (const [what, bad] of [
    ['goes well', {}],
    ['fails', { c: 'failed' }],
  ] as const) {
    it(`are undone once where the delivery ${what}, whichever effect the supersession and the end of the process fall after`, async () => {
      const lives = async (supersedeAt: number, crashAt?: number): Promise<Simulation> => {
        const simulation = await new Simulation({}, aDeployment({ replicas: 4 })).run();
        simulation.script = { tool: answering(bad) };
        deliver(simulation, 'shop:2', spec(['a', 'b'], ['c']));
        const begun = simulation.effects;
        const by = () => deliver(simulation, 'shop:3', spec(['d'], []));
        simulation.supersede = { after: begun + supersedeAt, by };
        if (crashAt !== undefined) simulation.crashAt = begun + crashAt;
        return simulation.run(120_000);
      };
      let lived = 0;
      for (let supersedeAt = 1; (await lives(supersedeAt)).supersede === undefined; supersedeAt += 1) {
        for (let crashAt = Math.max(1, supersedeAt - 2); ; crashAt += 1) {
          const crashed = await lives(supersedeAt, crashAt);
          const told = `superseded after ${supersedeAt}, crashed after ${crashAt}:\n${crashed.trace.join('\n')}`;
          const made = firsts(crashed);
          const old = made.filter((tool) => ['a', 'b', 'c'].includes(tool));
          const undone = old.filter((tool) => !(tool in bad)).map((tool) => `un-${tool}`);
          assert.deepEqual(made, [...old, ...undone.toReversed(), 'd'], told);
          const unaware = crashed.calls.filter(({ repeated }) => repeated !== true).map(({ key }) => key);
          assert.equal(new Set(unaware).size, unaware.length, told);
          lived += 1;
          if (!crashed.trace.includes('  crash')) break;
        }
      }
      assert.isAbove(lived, 100);
      figure(
        15,
        `a delivery that ${what}, superseded and killed after any effect: ${lived} lives, each call undone once`,
      );
    }).timeout(PATIENCE);
  }
});
