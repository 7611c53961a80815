import { assert } from 'chai';
import { binomialUpperBound, binomialUpperTail } from '../../../operator/core/statistics/binomial.ts';
import { fisherGreater } from '../../../operator/core/statistics/fisher.ts';
import { mannWhitneyGreater } from '../../../operator/core/statistics/mann-whitney.ts';
import { normalQuantile, normalUpperTail } from '../../../operator/core/statistics/normal.ts';
import { doubledRanks } from '../../../operator/core/statistics/ranks.ts';
import {
  alphaOfLook,
  autocorrelation,
  discounted,
  effectiveSamples,
  undiscounted,
} from '../../../operator/core/statistics/samples.ts';
import { quantile, shiftOf } from '../../../operator/core/statistics/shift.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('statistics against published figures', () => {
  it("Fisher's lady tasting tea: 4 of 4 has p 1/70, 3 of 4 has 17/70", () => {
    assert.closeTo(fisherGreater({ events: 4, total: 4 }, { events: 0, total: 4 }), 1 / 70, 1e-12);
    assert.closeTo(fisherGreater({ events: 3, total: 4 }, { events: 1, total: 4 }), 17 / 70, 1e-12);
  });

  it('Fisher asks for chances on both sides and is 1 for no event at all', () => {
    assert.equal(fisherGreater({ events: 0, total: 0 }, { events: 1, total: 4 }), 1);
    assert.closeTo(fisherGreater({ events: 0, total: 9 }, { events: 0, total: 7 }), 1, 1e-12);
  });

  it('the binomial tail of 8 or more heads in 10 is 56/1024', () => {
    assert.closeTo(binomialUpperTail(8, 10, 0.5), 56 / 1024, 1e-12);
    assert.equal(binomialUpperTail(0, 10, 0.5), 1);
    assert.equal(binomialUpperTail(11, 10, 0.5), 0);
  });

  it('the upper bound of no event in 100 at 5 % is 1 - 0.05^(1/100), the rule of three', () => {
    assert.closeTo(binomialUpperBound(0, 100, 0.05), 1 - 0.05 ** (1 / 100), 1e-9);
    assert.equal(binomialUpperBound(4, 4, 0.05), 1);
  });

  it('Mann-Whitney of complete separation has p 1/C(m+n, m): 4+4 1/70, 5+5 1/252', () => {
    assert.closeTo(mannWhitneyGreater(range(5, 8), range(1, 4)), 1 / 70, 1e-12);
    assert.closeTo(mannWhitneyGreater(range(6, 10), range(1, 5)), 1 / 252, 1e-12);
  });

  it('agrees with the table of critical values at 5 % one-sided: m = n = 10 rejects at U = 27 and not at 28', () => {
    // U counts pairs of `second` above `first`; values are built to give exactly that U.
    assert.isAtMost(mannWhitneyGreater(...withU(10, 10, 27)), 0.05);
    assert.isAbove(mannWhitneyGreater(...withU(10, 10, 28)), 0.05);
  });

  it('counts ties exactly: all values equal say nothing', () => {
    assert.equal(mannWhitneyGreater([1, 1, 1], [1, 1, 1]), 1);
    assert.closeTo(mannWhitneyGreater([1, 2, 2], [1, 1, 2]), 0.5, 1e-12);
  });

  it('goes over to the normal approximation without a step', () => {
    const [exact, approximate] = [withU(20, 20, 140), withU(21, 20, 147)];
    assert.closeTo(mannWhitneyGreater(...exact), mannWhitneyGreater(...approximate), 0.01);
  });

  it('the normal tail has its textbook values', () => {
    for (const [z, tail] of [
      [0, 0.5],
      [1, 0.15865525393],
      [1.959963985, 0.025],
      [3, 0.001349898032],
      [6, 9.865876e-10],
    ] as const) {
      assert.closeTo(normalUpperTail(z) / tail, 1, 1e-6);
      assert.closeTo(normalUpperTail(-z), 1 - tail, 1e-9);
    }
    assert.closeTo(normalQuantile(0.025), 1.959963985, 1e-8);
  });

  it('the Hodges-Lehmann shift is the median difference, inside bounds that the test cannot rule out', () => {
    const [first, second] = [range(11, 20), range(1, 10)];
    const shift = shiftOf(first, second, 0.05);
    assert.equal(shift?.estimate, 10);
    assert.equal(shift?.probabilityWorse, 1);
    assert.isBelow(shift?.lower ?? 99, 10);
    assert.isAbove(shift?.upper ?? 0, 10);
    assert.isAtMost(
      mannWhitneyGreater(
        first.map((v) => v - ((shift?.lower ?? 0) - 0.5)),
        second,
      ),
      0.05,
    );
    assert.isAtMost(
      mannWhitneyGreater(
        second,
        first.map((v) => v - ((shift?.upper ?? 0) + 0.5)),
      ),
      0.05,
    );
  });

  it('bounds nothing with too few values, and knows no shift without any', () => {
    assert.deepInclude(shiftOf([2], [1], 0.05), { estimate: 1, lower: -Infinity, upper: Infinity });
    assert.equal(shiftOf([], [1], 0.05), undefined);
  });

  it('discounts a series that repeats itself, and never raises one', () => {
    const alternating = range(0, 39).map((n) => n % 2);
    assert.isBelow(autocorrelation(alternating), 0);
    assert.equal(effectiveSamples(alternating), 40);
    const slow = range(0, 39).map((n) => Math.floor(n / 10));
    assert.isAbove(autocorrelation(slow), 0.8);
    assert.isBelow(effectiveSamples(slow), 5);
    assert.equal(autocorrelation([5, 5, 5, 5]), 0);
  });

  it('spends no more than alpha over any number of looks', () => {
    const spent = range(1, 100_000).reduce((sum, j) => sum + alphaOfLook(0.01, j), 0);
    assert.isBelow(spent, 0.01);
    assert.closeTo(spent, 0.01, 1e-6);
  });

  it('interpolates quantiles as everybody does', () => {
    assert.closeTo(quantile([1, 2, 3, 4], 0.9), 3.7, 1e-12);
  });
});

/** Two samples without ties in which `second` is above `first` in exactly `u` pairs. */
function withU(m: number, n: number, u: number): [number[], number[]] {
  const first = range(1, m).map((index) => n + index);
  const whole = Math.floor(u / m);
  const second = range(1, n).map((index) => {
    if (index <= whole) return n + m + index;
    if (index === whole + 1) return n + (u % m) + 0.5;
    return index - n;
  });
  return [first, second];
}

describe('the quick ways agree with the slow ones', () => {
  it('untied ranks by Gaussian binomials with counted ranks', () => {
    const random = seededRandom(5);
    for (let run = 0; run < 20; run++) {
      const [first, second] = [1, 2].map(() => Array.from({ length: 7 }, () => random())) as [number[], number[]];
      const slow = permutationTail(first, second);
      assert.closeTo(mannWhitneyGreater(first, second), slow, 1e-12);
    }
  });

  it('tied ranks with every way to deal them', () => {
    const random = seededRandom(6);
    for (let run = 0; run < 20; run++) {
      const [first, second] = [1, 2].map(() => Array.from({ length: 7 }, () => Math.floor(random() * 3))) as [
        number[],
        number[],
      ];
      assert.closeTo(mannWhitneyGreater(first, second), permutationTail(first, second), 1e-12);
    }
  });

  it('shares of millions with the normal approximation', () => {
    const p = fisherGreater({ events: 10_300, total: 1_000_000 }, { events: 10_000, total: 1_000_000 });
    assert.closeTo(p, normalUpperTail((300 - 1) / Math.sqrt(20_300 * (1 - 0.01015))), 5e-4);
    assert.closeTo(binomialUpperTail(5_000_500, 10_000_000, 0.5), normalUpperTail(499.5 / Math.sqrt(2_500_000)), 1e-4);
  });

  it('the discount of a p-value with the level that takes it back', () => {
    for (const r of [0, 0.2, 0.7]) assert.closeTo(discounted(undiscounted(0.01, r), r), 0.01, 1e-9);
    assert.isAbove(discounted(0.001, 0.5), 0.001);
  });
});

/** The share of all ways to deal the values in which the first side's ranks are as high. */
function permutationTail(first: readonly number[], second: readonly number[]): number {
  const ranks = doubledRanks([...first, ...second]);
  const sum = (of: readonly number[]) => of.reduce((total, rank) => total + rank, 0);
  const observed = sum(ranks.slice(0, first.length));
  let [tail, all] = [0, 0];
  for (let chosen = 0; chosen < 2 ** ranks.length; chosen++) {
    const dealt = ranks.filter((_, index) => (chosen >> index) & 1);
    if (dealt.length !== first.length) continue;
    all++;
    if (sum(dealt) >= observed) tail++;
  }
  return tail / all;
}
