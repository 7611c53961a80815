import { assert } from 'chai';
import { record, remember } from '../../../operator/controllers/deployment/records.ts';

const at = '2026-11-25T12:00:00Z';
const promotion = record({ kind: 'promotion', revision: 'abc', plan: 'def', at }).record;

describe('what a promotion leaves in status', () => {
  it('counts the roll-out as begun, though a crash lost the record of its first move', () => {
    const { steps } = remember({ steps: [{ name: 'roll-out', state: 'Pending' }] }, promotion);
    assert.deepEqual(steps, [
      { name: 'promote', state: 'Done', finishedAt: at },
      { name: 'roll-out', state: 'Pending', attempt: 1 },
    ]);
  });

  it('leaves the record of a roll-out as it is', () => {
    const rollOut = { name: 'roll-out', state: 'Running', startedAt: at, attempt: 1 } as const;
    const { steps } = remember({ steps: [rollOut] }, promotion);
    assert.deepEqual(steps, [{ name: 'promote', state: 'Done', finishedAt: at }, rollOut]);
  });
});
