import { assert } from 'chai';
import type { Condition } from '../../../operator/api/objects.ts';
import { toldEvents } from '../../../operator/core/told-events.ts';
import { smallObject } from '../../support/small-room.ts';

const ready = (status: Condition['status'], reason: string, message = 'why'): readonly Condition[] => [
  { type: 'Ready', status, reason, message, lastTransitionTime: '2026-11-25T12:00:00Z', observedGeneration: 1 },
];
const told = (before: readonly Condition[], after: readonly Condition[]) =>
  toldEvents(smallObject({}, { status: { conditions: before } }), after);

describe('the events of a status', () => {
  it('tell each new reason of Ready, the first included', () => {
    assert.deepEqual(toldEvents(smallObject(), ready('Unknown', 'RollingOut')), [
      { type: 'Normal', reason: 'RollingOut', message: 'why' },
    ]);
    assert.deepEqual(told(ready('Unknown', 'Reviewing'), ready('True', 'Promoted')), [
      { type: 'Normal', reason: 'Promoted', message: 'why' },
    ]);
  });

  it('warn where Ready is False', () => {
    assert.deepEqual(told(ready('Unknown', 'RollingOut'), ready('False', 'RolledBack')), [
      { type: 'Warning', reason: 'RolledBack', message: 'why' },
    ]);
    assert.deepEqual(told(ready('False', 'RollingOut'), ready('True', 'RollingOut'))[0]?.type, 'Normal');
  });

  it('are none of an object that another one owns: its owner tells', () => {
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Owner', name: 'owner', uid: '1', controller: true }];
    const owned = smallObject();
    const object = { ...owned, metadata: { ...owned.metadata, ownerReferences } };
    assert.deepEqual(toldEvents(object, ready('False', 'NoMajority')), []);
  });

  it('warn once, beside a Ready that rests, of what keeps the engine from the object', () => {
    const unattended: Condition = { ...(ready('False', 'Forbidden')[0] as Condition), type: 'Attended' }; // border: there is one
    const resting = ready('True', 'Promoted');
    const warning = { type: 'Warning', reason: 'Forbidden', message: 'why' } as const;
    assert.deepEqual(told(resting, [unattended, ...resting]), [warning]);
    assert.deepEqual(told([unattended, ...resting], [unattended, ...resting]), []);
    assert.deepEqual(told([unattended, ...resting], resting), []);
  });

  it('are none when only words or other conditions changed', () => {
    assert.deepEqual(told(ready('Unknown', 'RollingOut', '1 of 3'), ready('Unknown', 'RollingOut', '2 of 3')), []);
    assert.deepEqual(told(ready('True', 'Promoted'), []), []);
  });
});
