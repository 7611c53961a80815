import { assert } from 'chai';
import fc from 'fast-check';
import { nanoUnits, sameQuantity } from '../../../operator/core/quantity.ts';

const UNIT = 1_000_000_000n;

/** Of the Kubernetes documentation and of apimachinery's own tests of resource.Quantity. */
const TABLE: readonly (readonly [string | number, bigint])[] = [
  ['0', 0n],
  ['0Ki', 0n],
  ['1n', 1n],
  ['80u', 80_000n],
  ['1080u', 1_080_000n],
  ['5m', 5_000_000n],
  ['100m', UNIT / 10n],
  ['0.1', UNIT / 10n],
  ['1080', 1080n * UNIT],
  ['1.5', 1_500_000_000n],
  ['1.', UNIT],
  ['.5', UNIT / 2n],
  ['+5', 5n * UNIT],
  ['-1.5', -1_500_000_000n],
  ['10k', 10_000n * UNIT],
  ['100.035k', 100_035n * UNIT],
  ['1e3', 1_000n * UNIT],
  ['1E3', 1_000n * UNIT],
  ['1e-3', UNIT / 1_000n],
  ['1.5E6', 1_500_000n * UNIT],
  ['1E', 10n ** 18n * UNIT],
  ['1P', 10n ** 15n * UNIT],
  ['1Ki', 1024n * UNIT],
  ['.5Gi', 512n * 1024n ** 2n * UNIT],
  ['2Ei', 2n * 1024n ** 6n * UNIT],
  ['0.1n', 1n],
  ['1.1n', 2n],
  ['-0.1n', -1n],
  [2, 2n * UNIT],
  [0.25, UNIT / 4n],
  [1e-7, 100n],
];

const NONE = [
  '',
  ' ',
  '.',
  '1.1.M',
  '1+1.0M',
  '0.1mi',
  '0.1am',
  'aoeu',
  '.5i',
  '1i',
  '-3.01i',
  '-3.01e-',
  '1 ',
  'Gi',
  '1KiB',
];

describe('quantities', () => {
  for (const [text, amount] of TABLE) {
    it(`read ${text} as ${amount} billionths`, () => assert.equal(nanoUnits(text), amount));
  }

  for (const text of NONE) {
    it(`know that "${text}" is none`, () => assert.isUndefined(nanoUnits(text)));
  }

  it('are the same however they are written', () => {
    const roughly = ['128974848', '128974848000m', '123Mi'];
    for (const left of roughly)
      for (const right of roughly) assert.isTrue(sameQuantity(left, right), `${left} ${right}`);
    assert.isFalse(sameQuantity('128974848', '129M'));
    assert.isFalse(sameQuantity('x', 'x'), 'what is no quantity is never the same one');
  });

  it('scale with their suffix', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -1_000_000n, max: 1_000_000n }), (whole) => {
        assert.equal(nanoUnits(`${whole}k`), nanoUnits(`${whole}000`));
        assert.equal(nanoUnits(`${whole}Ki`), nanoUnits(`${whole * 1024n}`));
        assert.equal(nanoUnits(`${whole}000m`), nanoUnits(`${whole}`));
      }),
    );
  });
});
