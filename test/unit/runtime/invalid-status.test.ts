import { assert } from 'chai';
import { brokenLaws } from '../../../operator/core/conditions.ts';
import { invalidStatus } from '../../../operator/runtime/invalid-status.ts';
import { smallObject } from '../../support/small-room.ts';

const NOON = Date.UTC(2026, 10, 25, 12);
const errors = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ field: `spec.f${index}`, message: 'is wrong' }));

describe('the status of an object that breaks its schema', () => {
  it('names the fields and what to do, and is lawful', () => {
    const status = invalidStatus(smallObject({ generation: 3 }), errors(2), NOON);
    const said = {
      reason: 'InvalidSpec',
      message: 'the object does not fit its schema: spec.f0: is wrong; spec.f1: is wrong',
      lastTransitionTime: '2026-11-25T12:00:00Z',
      observedGeneration: 3,
    };
    assert.deepEqual(status, {
      observedGeneration: 3,
      conditions: [
        { type: 'Ready', status: 'False', ...said },
        { type: 'Stalled', status: 'True', ...said },
      ],
    });
    assert.deepEqual(brokenLaws(status, 3), []);
  });

  it('names five fields at most, and says how many more there are', () => {
    const { conditions } = invalidStatus(smallObject(), errors(9), NOON);
    assert.include(conditions[0]?.message, 'spec.f4: is wrong (and 4 more)');
    assert.notInclude(conditions[0]?.message, 'spec.f5');
  });

  it('keeps what status remembers', () => {
    const object = smallObject({}, { status: { revisions: ['r1'] } as object });
    assert.deepInclude(invalidStatus(object, errors(1), NOON), { revisions: ['r1'] } as object);
  });
});
