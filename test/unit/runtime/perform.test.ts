import { assert } from 'chai';
import { Denied, Upstream } from '../../../operator/api/errors.ts';
import { type Action, OPERATOR } from '../../../operator/core/action.ts';
import type { Verdict } from '../../../operator/core/gate-input.ts';
import { Permit } from '../../../operator/runtime/gate.ts';
import { type PerformContext, type Performers, perform } from '../../../operator/runtime/perform.ts';

const note: Action = { type: 'record', record: { kind: 'note' } };
const dryRun: Action = {
  type: 'dry-run-object',
  object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } },
  as: OPERATOR,
};
const verdict: Verdict = {
  decisionId: 'd',
  allowed: true,
  outcome: 'allow',
  reasons: [],
  warnings: [],
  bundle: 'b',
  step: 's',
};

function permitFor(...actions: readonly Action[]): Permit {
  const permit = Permit.for(verdict, actions);
  if (permit === undefined) throw new Error('an allow permits');
  return permit;
}

class Rig {
  readonly done: string[] = [];
  readonly stop = new AbortController();

  perform(permit: Permit, over: Partial<Performers> = {}) {
    const context: PerformContext = {
      room: 'tenant',
      fieldManager: 'code-tenant',
      signal: this.stop.signal,
      lend: (work) => work(),
    };
    const all = {
      record: async () => {
        this.done.push('record');
        return {};
      },
      'dry-run-object': async () => {
        this.done.push('dry-run-object');
        return { accepted: true };
      },
      ...over,
    };
    return perform(permit, all as Performers, context); // border: the performers that no test asks for
  }
}

describe('perform', () => {
  it('performs the actions of a permit in order, each with its outcome', async () => {
    const rig = new Rig();
    assert.deepEqual(await rig.perform(permitFor(note, dryRun, note)), {
      effects: [
        { action: note, outcome: {} },
        { action: dryRun, outcome: { accepted: true } },
        { action: note, outcome: {} },
      ],
    });
    assert.deepEqual(rig.done, ['record', 'dry-run-object', 'record']);
  });

  it('stops at the first that fails, and tells what was done before', async () => {
    const rig = new Rig();
    const failure = new Upstream('ServerError', 'busy');
    const result = await rig.perform(permitFor(note, dryRun, note), {
      'dry-run-object': () => Promise.reject(failure),
    });
    assert.deepEqual(result, { effects: [{ action: note, outcome: {} }], failure });
    assert.deepEqual(rig.done, ['record']);
  });

  it('asks questions that stand next to each other together, and tells their answers in order', async () => {
    const rig = new Rig();
    const waiting: (() => void)[] = [];
    const asked = rig.perform(permitFor(note, dryRun, dryRun, note), {
      'dry-run-object': () =>
        new Promise((resolve) => {
          waiting.push(() => resolve({ accepted: true }));
          // The first is answered only once the second is asked, and after it.
          if (waiting.length === 2) for (const answer of waiting.toReversed()) answer();
        }),
    });
    const { effects } = await asked;
    assert.deepEqual(
      effects.map(({ action }) => action),
      [note, dryRun, dryRun, note],
    );
  });

  it('begins nothing once its pass is stopped (R27)', async () => {
    const rig = new Rig();
    const stopping = {
      record: async () => {
        rig.stop.abort();
        return {};
      },
    };
    const { effects, failure } = await rig.perform(permitFor(note, dryRun), stopping);
    assert.lengthOf(effects, 1);
    assert.equal(failure?.name, 'Aborted');
    assert.deepEqual(rig.done, []);
  });

  it('takes what a performer throws as ours: a stranger is a bug (R28)', async () => {
    const { failure } = await new Rig().perform(permitFor(note), { record: () => Promise.reject(new TypeError('x')) });
    assert.deepEqual([failure?.name, failure?.reason, failure?.message], ['Bug', 'UnexpectedError', 'x']);
  });

  it('tries again for want of a right, which may be on its way, and never for a refusal of admission (R40)', async () => {
    const failureOf = async (message: string) => {
      const refusal = new Denied('Forbidden', message);
      const { failure } = await new Rig().perform(permitFor(note), { record: () => Promise.reject(refusal) });
      return [failure?.name, failure?.reason, failure?.retry];
    };
    assert.deepEqual(await failureOf('User "x" cannot create resource "pods"'), ['Upstream', 'Forbidden', 'backoff']);
    assert.deepEqual(await failureOf('exceeded quota'), ['Denied', 'Forbidden', 'never']);
  });
});
