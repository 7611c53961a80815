import { assert } from 'chai';
import type { Condition, ObjectMeta } from '../../../operator/api/objects.ts';
import { beginsAnew, needsPass } from '../../../operator/core/predicate.ts';
import { smallObject } from '../../support/small-room.ts';

const needs = (over: Partial<ObjectMeta>, before: Partial<ObjectMeta> = {}) =>
  needsPass(smallObject(before), smallObject({ ...before, ...over }));

describe('an update of one of our objects (R25)', () => {
  it('needs no pass when only status moved: that was our own write', () => {
    const after = smallObject({ resourceVersion: '8' }, { status: { observedGeneration: 1 } });
    assert.isFalse(needsPass(smallObject(), after));
  });

  it('needs none for annotations of others, or lists that are empty instead of absent', () => {
    assert.isFalse(needs({ annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } }));
    assert.isFalse(needs({ labels: {}, finalizers: [], annotations: {} }));
  });

  const moved: Readonly<Record<string, Partial<ObjectMeta>>> = {
    'a generation': { generation: 2 },
    'a deletion': { deletionTimestamp: '2026-11-25T12:00:00Z' },
    'a finalizer': { finalizers: ['code-engine.dev/teardown'] },
    'a label': { labels: { team: 'a' } },
    'an annotation of ours': { annotations: { 'code-engine.dev/retry': '1' } },
    'another object of its name': { uid: 'u-2' },
  };
  for (const [what, over] of Object.entries(moved)) {
    it(`needs one for ${what}`, () => assert.isTrue(needs(over)));
  }

  it('needs one when an annotation of ours is taken away', () => {
    assert.isTrue(needs({ annotations: {} }, { annotations: { 'code-engine.dev/abort': '1' } }));
  });
});

describe('work on one of our objects', () => {
  const underWay = (status: Condition['status']) => ({
    conditions: [
      {
        type: 'Reconciling',
        status,
        reason: 'roll-out',
        message: '',
        lastTransitionTime: '2026-11-25T12:00:00Z',
        observedGeneration: 1,
      },
    ],
  });
  const after = smallObject({ generation: 2 });

  it('begins anew with an object that comes, and with another spec of one at rest', () => {
    assert.isTrue(beginsAnew(undefined, after));
    assert.isTrue(beginsAnew(smallObject({ generation: 1 }), after));
    assert.isTrue(beginsAnew(smallObject({ generation: 1 }, { status: underWay('False') }), after));
    assert.isTrue(beginsAnew(smallObject({ generation: 2, uid: 'u-2' }), after));
  });

  it('goes on with another spec of one under way, with what a person asks, and with a deletion', () => {
    assert.isFalse(beginsAnew(smallObject({ generation: 1 }, { status: underWay('True') }), after));
    assert.isFalse(beginsAnew(after, smallObject({ generation: 2, annotations: { 'code-engine.dev/abort': '1' } })));
    const deleted = smallObject({ generation: 2, deletionTimestamp: '2026-11-25T12:00:00Z' });
    assert.isFalse(beginsAnew(smallObject({ generation: 1 }), deleted));
    assert.isFalse(beginsAnew(undefined, deleted));
  });
});
