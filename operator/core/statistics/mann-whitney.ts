import { logChoose } from './log-factorial.ts';
import { normalUpperTail } from './normal.ts';
import { doubledRanks, tieSizes } from './ranks.ts';

/** Up to so many on each side the permutation distribution is counted; beyond, the normal one approximates it well. */
export const EXACT_UP_TO = 20;

/**
 * Mann-Whitney's test, one-sided: the probability of a rank sum of `first` at least this high when both sides have one
 * distribution. Exact with ties up to 20 a side (permutations of the midranks), else normal with tie and continuity
 * correction.
 * @returns the p-value; 1 where a side is empty or all values are the same
 */
export function mannWhitneyGreater(first: readonly number[], second: readonly number[]): number {
  if (first.length === 0 || second.length === 0) return 1;
  const ranks = doubledRanks([...first, ...second]);
  const observed = ranks.slice(0, first.length).reduce((sum, rank) => sum + rank, 0);
  const small = first.length <= EXACT_UP_TO && second.length <= EXACT_UP_TO;
  if (!small) return normalTail(ranks, first, second, observed / 2);
  const untied = new Set(ranks).size === ranks.length;
  return untied ? untiedTail(first.length, second.length, observed / 2) : exactTail(ranks, first.length, observed);
}

/** The lowest p-value that sides of these sizes can reach: complete separation. */
export function lowestMannWhitney(first: number, second: number): number {
  return Math.exp(-logChoose(first + second, first));
}

/**
 * Without ties the ways depend on the sizes alone: they are the coefficients of a Gaussian binomial, which its product form
 * gives a hundred times faster than counting the ranks.
 */
function untiedTail(first: number, second: number, rankSum: number): number {
  const most = first * second;
  const ways = new Float64Array(most + 1);
  ways[0] = 1;
  for (let factor = 1; factor <= first; factor++) {
    const up = second + factor;
    for (let u = most; u >= up; u--) ways[u] = (ways[u] ?? 0) - (ways[u - up] ?? 0);
    for (let u = factor; u <= most; u++) ways[u] = (ways[u] ?? 0) + (ways[u - factor] ?? 0);
  }
  const observed = rankSum - (first * (first + 1)) / 2;
  let [tail, all] = [0, 0];
  ways.forEach((count, u) => {
    all += count;
    if (u >= observed) tail += count;
  });
  return tail / all;
}

/**
 * Counts, for every sum, the ways to choose `size` ranks with it; C(40, 20) is below 2^53, so counts are exact. Ranks are
 * counted from the lowest in steps of what divides them all, which makes few values, as of sparse data, few sums.
 */
function exactTail(ranks: readonly number[], size: number, observed: number): number {
  const lowest = Math.min(...ranks);
  const step = ranks.reduce((divisor, rank) => greatestDivisor(divisor, rank - lowest), 0);
  if (step === 0) return 1;
  const places = ranks.map((rank) => (rank - lowest) / step).sort((left, right) => left - right);
  const most = places.reduce((sum, place) => sum + place, 0);
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(most + 1));
  const none = ways[0];
  if (none !== undefined) none[0] = 1;
  let reach = 0;
  for (const place of places) {
    reach += place;
    for (let chosen = size; chosen >= 1; chosen--) {
      const [target, source] = [ways[chosen], ways[chosen - 1]];
      if (target === undefined || source === undefined) continue;
      for (let sum = reach; sum >= place; sum--) target[sum] = (target[sum] ?? 0) + (source[sum - place] ?? 0);
    }
  }
  const counts = ways[size] ?? new Float64Array();
  const least = (observed - size * lowest) / step;
  let [tail, all] = [0, 0];
  counts.forEach((count, sum) => {
    all += count;
    if (sum >= least) tail += count;
  });
  return tail / all;
}

function greatestDivisor(first: number, second: number): number {
  return second === 0 ? first : greatestDivisor(second, first % second);
}

function normalTail(
  ranks: readonly number[],
  first: readonly number[],
  second: readonly number[],
  rankSum: number,
): number {
  const [m, n, total] = [first.length, second.length, ranks.length];
  const ties = tieSizes([...first, ...second]).reduce((sum, size) => sum + size ** 3 - size, 0);
  const variance = ((m * n) / 12) * (total + 1 - ties / (total * (total - 1)));
  if (variance <= 0) return 1;
  const mean = (m * (total + 1)) / 2;
  return normalUpperTail((rankSum - mean - 0.5) / Math.sqrt(variance));
}
