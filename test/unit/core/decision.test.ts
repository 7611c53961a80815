import { assert } from 'chai';
import { act, done, stuck, wait } from '../../../operator/core/decision.ts';

const note = { type: 'record', record: { kind: 'note' } } as const;

describe('decisions', () => {
  it('are plain data: one of four kinds with a reason and a sentence', () => {
    assert.deepEqual(
      [done('A', 'a'), act('B', 'b', note, note), wait('C', 'c'), wait('C', 'c', 5), stuck('D', 'd')],
      [
        { kind: 'done', reason: 'A', message: 'a' },
        { kind: 'act', reason: 'B', message: 'b', actions: [note, note] },
        { kind: 'wait', reason: 'C', message: 'c' },
        { kind: 'wait', reason: 'C', message: 'c', until: 5 },
        { kind: 'stuck', reason: 'D', message: 'd' },
      ],
    );
  });
});
