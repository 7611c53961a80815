import { assert } from 'chai';
import { act, type Decision, stuck, wait } from '../../../operator/core/decision.ts';
import type { ReportedStatus } from '../../../operator/core/report.ts';
import type { Trail } from '../../../operator/core/trail.ts';
import { StatusPace } from '../../../operator/runtime/status-pace.ts';
import { smallObject } from '../../support/small-room.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const KEY = 'small/one';
const START = 1_000_000;
const waiting = wait('RollingOut', '1 of 2 pods');

describe('the pace of status writes', () => {
  it('lets the first word of a new spec wait for 0.3 seconds, and no longer', async () => {
    const { clock, pace } = setUp();
    assert.equal(held(pace), START + 300);
    await clock.advance(200);
    assert.equal(held(pace), START + 300);
    await clock.advance(100);
    assert.isUndefined(held(pace));
  });

  it('keeps five seconds between two words of progress', async () => {
    const { clock, pace } = setUp();
    pace.wrote(KEY, smallObject());
    await clock.advance(100);
    assert.equal(held(pace), START + 5_000);
    await clock.advance(4_900);
    assert.isUndefined(held(pace));
  });

  it('keeps more between them while many are under way: 10 a second of all, one a minute of each', () => {
    const { pace } = setUp();
    const fleet = (count: number) => {
      for (let nth = 0; nth < count; nth++) pace.wrote(`small/${nth}`, smallObject());
      return pace.heldUntil('small/0', smallObject(), status('Unknown'), trail(waiting));
    };
    assert.deepEqual([fleet(50), fleet(400), fleet(5_000)], [START + 5_000, START + 40_000, START + 60_000]);
  });

  it('begins anew with another generation, and with what came to an end', async () => {
    const { clock, pace } = setUp();
    pace.wrote(KEY, smallObject());
    await clock.advance(100);
    const { metadata, ...rest } = smallObject();
    const changed = { ...rest, metadata: { ...metadata, generation: (metadata.generation ?? 0) + 1 } };
    assert.equal(pace.heldUntil(KEY, changed, status('Unknown'), trail(waiting)), START + 400);
    pace.forget(KEY);
    assert.equal(pace.size, 0);
  });

  it('holds nothing back that went wrong, ended, has to be remembered, or is about to go', () => {
    const { pace } = setUp();
    const { metadata, ...rest } = smallObject();
    const going = { ...rest, metadata: { ...metadata, deletionTimestamp: '2026-11-25T12:00:00Z' } };
    const recorded = act('RollingOut', 'x', { type: 'record', record: { kind: 'start' } });
    const times = [
      pace.heldUntil(KEY, smallObject(), status('False'), trail(waiting)),
      pace.heldUntil(KEY, smallObject(), status('True'), trail(waiting)),
      pace.heldUntil(KEY, smallObject(), status('Unknown'), trail(stuck('Suspended', 'x'))),
      pace.heldUntil(KEY, smallObject(), status('Unknown'), trail(waiting, recorded)),
      pace.heldUntil(KEY, going, status('Unknown'), trail(waiting)),
    ];
    assert.deepEqual(times, [undefined, undefined, undefined, undefined, undefined]);
    assert.equal(pace.size, 0);
  });
});

function setUp() {
  const clock = new VirtualClock(START);
  return { clock, pace: new StatusPace(clock) };
}

function held(pace: StatusPace) {
  return pace.heldUntil(KEY, smallObject(), status('Unknown'), trail(waiting));
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
