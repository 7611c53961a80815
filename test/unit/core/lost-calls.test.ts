import { assert } from 'chai';
import type { DeploymentStatus, ToolCallStatus } from '../../../operator/api/generated/deployment.ts';
import type { CodeStatus } from '../../../operator/api/objects.ts';
import { lostCalls } from '../../../operator/core/lost-calls.ts';
import { smallObject } from '../../support/small-room.ts';

const call = (name: string, change: Partial<ToolCallStatus> = {}): ToolCallStatus => ({
  name,
  step: 'prepare',
  server: 'ops',
  tool: `${name}-it`,
  key: `key-${name}`,
  attempt: 1,
  epoch: 1,
  startedAt: '2026-03-02T14:00:00Z',
  ...change,
});
const statusOf = (...tools: readonly ToolCallStatus[]) => ({ tools }) satisfies DeploymentStatus as CodeStatus; // border: as much as is read
const told = (before: CodeStatus, after: CodeStatus, kind = 'Deployment') =>
  lostCalls(smallObject({}, { kind, status: before }), after);
const lost = 'plan p1 is gone, and with it what takes the call back';

describe('the event of calls that nobody takes back', () => {
  it('names them once, with why and what to do', () => {
    const after = statusOf(call('lock', { lost }), call('drain', { lost }), call('scan'));
    assert.deepEqual(told(statusOf(call('lock'), call('drain'), call('scan')), after), [
      {
        type: 'Warning',
        reason: 'UndoLost',
        message: `calls of the delivery that was superseded are NOT undone: lock (ops.lock-it), drain (ops.drain-it): ${lost}; look at what they did, and undo by hand what has to be`,
      },
    ]);
    assert.deepEqual(told(after, after), []);
  });

  it('is none where none is lost, nor of another kind', () => {
    assert.deepEqual(told({}, statusOf(call('lock'))), []);
    assert.deepEqual(told({}, statusOf(call('lock', { lost })), 'Tenant'), []);
  });
});
