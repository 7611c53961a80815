import { assert } from 'chai';
import { act, type Decision, stuck, wait } from '../../../operator/core/decision.ts';
import type { ReportedStatus } from '../../../operator/core/report.ts';
import type { Trail } from '../../../operator/core/trail.ts';
import { StatusPace } from '../../../operator/runtime/status-pace.ts';
import { smallObject } from '../../support/small-room.ts';

const KEY = 'small/one';
const waiting = wait('RollingOut', '1 of 2 pods');

describe('the pace of status writes', () => {
  it('lets the first word of a new spec wait for half a second, and no longer', () => {
    const pace = new StatusPace();
    assert.equal(held(pace, 1_000), 1_500);
    assert.equal(held(pace, 1_400), 1_500);
    assert.isUndefined(held(pace, 1_500));
  });

  it('keeps two seconds between two words of progress', () => {
    const pace = new StatusPace();
    pace.wrote(KEY, smallObject(), 1_000);
    assert.equal(held(pace, 1_100), 3_000);
    assert.isUndefined(held(pace, 3_000));
  });

  it('begins anew with another generation, and with what came to an end', () => {
    const pace = new StatusPace();
    pace.wrote(KEY, smallObject(), 1_000);
    const { metadata, ...rest } = smallObject();
    const changed = { ...rest, metadata: { ...metadata, generation: (metadata.generation ?? 0) + 1 } };
    assert.equal(pace.heldUntil(KEY, changed, status('Unknown'), trail(waiting), 1_100), 1_600);
    pace.forget(KEY);
    assert.equal(pace.size, 0);
  });

  it('holds nothing back that went wrong, ended, has to be remembered, or is about to go', () => {
    const pace = new StatusPace();
    const { metadata, ...rest } = smallObject();
    const going = { ...rest, metadata: { ...metadata, deletionTimestamp: '2026-11-25T12:00:00Z' } };
    const recorded = act('RollingOut', 'x', { type: 'record', record: { kind: 'start' } });
    const times = [
      pace.heldUntil(KEY, smallObject(), status('False'), trail(waiting), 0),
      pace.heldUntil(KEY, smallObject(), status('True'), trail(waiting), 0),
      pace.heldUntil(KEY, smallObject(), status('Unknown'), trail(stuck('Suspended', 'x')), 0),
      pace.heldUntil(KEY, smallObject(), status('Unknown'), trail(waiting, recorded), 0),
      pace.heldUntil(KEY, going, status('Unknown'), trail(waiting), 0),
    ];
    assert.deepEqual(times, [undefined, undefined, undefined, undefined, undefined]);
    assert.equal(pace.size, 0);
  });
});

function held(pace: StatusPace, now: number) {
  return pace.heldUntil(KEY, smallObject(), status('Unknown'), trail(waiting), now);
}

function status(ready: 'True' | 'False' | 'Unknown'): ReportedStatus {
  const times = { lastTransitionTime: '2026-11-25T12:00:00Z', observedGeneration: 1 };
  return { observedGeneration: 1, conditions: [{ type: 'Ready', status: ready, reason: 'X', message: 'x', ...times }] };
}

function trail(decision: Decision, acted?: Extract<Decision, { kind: 'act' }>): Trail {
  const verdict = {
    decisionId: '',
    outcome: 'allow',
    allowed: true,
    reasons: [],
    warnings: [],
    bundle: '',
    step: 'a',
  } as const;
  const effects = acted?.actions.map((action) => ({ action, outcome: {} })) ?? [];
  const turns = acted === undefined ? [] : [{ step: 'a', decision: acted, verdict, effects: effects as never }]; // border: outcomes play no part
  return { turns, standing: [{ step: 'a', condition: 'A', decision }] };
}
