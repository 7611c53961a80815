import { assert } from 'chai';
import fc from 'fast-check';
import { equal, mergePatch } from '../../../operator/core/merge-patch.ts';

describe('a merge patch', () => {
  it('is undefined for equal values, an absent member being equal to one that is undefined or null', () => {
    assert.isUndefined(mergePatch({ a: [1, { b: 2 }], c: undefined, d: null }, { a: [1, { b: 2 }] }));
    assert.isUndefined(mergePatch({ a: 1 }, { a: 1, c: undefined, d: null }));
  });

  it('says null for what is gone, replaces lists whole and leaves alone what stays', () => {
    assert.deepEqual(mergePatch({ a: 1, b: { c: 1, d: 1 }, e: [1, 2] }, { b: { c: 2, d: 1 }, e: [2] }), {
      a: null,
      b: { c: 2 },
      e: [2],
    });
  });

  it('knows members from what every object inherits', () => {
    assert.deepEqual(mergePatch({ constructor: { a: 1 }, toString: 'x' }, {}), { constructor: null, toString: null });
    const proto: unknown = JSON.parse('{"__proto__": {"a": 1}}');
    assert.equal(JSON.stringify(mergePatch({}, proto)), '{"__proto__":{"a":1}}');
    assert.equal(JSON.stringify(mergePatch(proto, {})), '{"__proto__":null}');
    assert.isFalse(equal({ constructor: 1 }, {}));
  });

  it('applied to what was (RFC 7396) gives what is, and nothing is left to patch', () => {
    const document = fc.object({
      maxDepth: 3,
      withNullPrototype: false,
      values: [fc.integer(), fc.string(), fc.boolean()],
    });
    fc.assert(
      fc.property(document, document, (before, after) => {
        const patch = mergePatch(before, after);
        const patched = patch === undefined ? before : applied(before, patch);
        assert.isTrue(equal(patched, after), JSON.stringify({ before, after, patch }));
        assert.isUndefined(mergePatch(patched, after));
      }),
      { numRuns: 1_000 },
    );
  });

  it('touches only what changed', () => {
    const document = fc.dictionary(fc.string(), fc.integer());
    fc.assert(
      fc.property(document, document, (before, change) => {
        const after = { ...before, ...change };
        const touched = Object.keys(mergePatch(before, after) ?? {});
        assert.deepEqual(
          touched.filter((key) => !Object.hasOwn(change, key)),
          [],
        );
      }),
    );
  });
});

/** RFC 7396, section 2. */
function applied(target: unknown, patch: unknown): unknown {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const members = new Map(isMap(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) members.delete(key);
    else members.set(key, applied(members.get(key), value));
  }
  return Object.fromEntries(members);
}

const isMap = (value: unknown): value is object => value !== null && typeof value === 'object' && !Array.isArray(value);
