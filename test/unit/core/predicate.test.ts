import { assert } from 'chai';
import type { ObjectMeta } from '../../../operator/api/objects.ts';
import { needsPass } from '../../../operator/core/predicate.ts';
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
