/** Terms smaller than this share of the sum no longer change it. */
const NEGLIGIBLE = 1e-17;

/**
 * The sum of a distribution's probabilities from `from` to `to`, going away from the mode: probabilities fall on the way,
 * so it ends where they stop to count, after some ten standard deviations whatever the totals are.
 */
export function sumAwayFromMode(from: number, to: number, probability: (k: number) => number): number {
  const step = from <= to ? 1 : -1;
  let sum = 0;
  for (let k = from; step > 0 ? k <= to : k >= to; k += step) {
    const term = probability(k);
    sum += term;
    if (term <= sum * NEGLIGIBLE) break;
  }
  return Math.min(1, sum);
}
