import { assert } from 'chai';
import fc from 'fast-check';
import { canonicalJson, digest, hashedName, shortHash } from '../../../operator/core/hash.ts';
import { plain } from '../../../operator/core/merge-patch.ts';

describe('canonical JSON', () => {
  it('prints the example of RFC 8785, section 3.2.2', () => {
    const example = {
      // biome-ignore lint/correctness/noPrecisionLoss: the RFC asks how such a number is printed
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    assert.equal(
      canonicalJson(example),
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts keys by UTF-16 code units, as the example of RFC 8785, section 3.2.3', () => {
    const example = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    const order = [...canonicalJson(example).matchAll(/:"([^"]+)"/g)].map(([, told]) => told);
    assert.deepEqual(order, [
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it('prints minus zero as zero, leaves out undefined members and keeps the places of a list', () => {
    assert.equal(canonicalJson({ b: -0, a: undefined, c: [undefined, 1] }), '{"b":0,"c":[null,1]}');
  });

  it('says the same of objects that differ in the order of their keys only, and parses to what it was made of', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const back: unknown = JSON.parse(canonicalJson(value));
        assert.deepEqual(back, plain(value));
        assert.equal(canonicalJson(reversed(value)), canonicalJson(value));
      }),
    );
  });
});

describe('hashes', () => {
  it('are SHA-256 in lower-case hexadecimal, and short ones their beginning', () => {
    assert.equal(digest({}), '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
    assert.equal(shortHash({}), '44136fa355');
    assert.equal(shortHash({}, 4), '4413');
  });

  it('end a name that never passes its limit and never has a separator before the hash', () => {
    assert.equal(hashedName('shop', '44136fa355'), 'shop-44136fa355');
    assert.equal(hashedName('abcd-.efgh', 'ffff', 11), 'abcd-ffff');
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,80}[a-z0-9])?$/), (stem) => {
        const name = hashedName(stem, '44136fa355');
        assert.match(name, /^[a-z0-9.-]*[a-z0-9]-44136fa355$/);
        assert.isAtMost(name.length, 63);
      }),
    );
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}
