import { logChoose } from './log-factorial.ts';
import { sumAwayFromMode } from './sum-away-from-mode.ts';

/**
 * Exact upper tail of the binomial distribution: P(X >= successes) of `trials` with probability `p` each.
 * @returns a probability; 1 for no successes
 */
export function binomialUpperTail(successes: number, trials: number, p: number): number {
  if (successes <= 0) return 1;
  if (successes > trials || p <= 0) return 0;
  if (p >= 1) return 1;
  const [logP, logQ] = [Math.log(p), Math.log1p(-p)];
  const probability = (k: number) => Math.exp(logChoose(trials, k) + k * logP + (trials - k) * logQ);
  if (successes > (trials + 1) * p) return sumAwayFromMode(successes, trials, probability);
  return 1 - sumAwayFromMode(successes - 1, 0, probability);
}

/**
 * Exact upper confidence bound of a proportion (Clopper-Pearson, one-sided): the largest p under which so few successes
 * still have probability `alpha`.
 */
export function binomialUpperBound(successes: number, trials: number, alpha: number): number {
  if (trials === 0 || successes >= trials) return 1;
  let [low, high] = [successes / trials, 1];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (1 - binomialUpperTail(successes + 1, trials, middle) > alpha) low = middle;
    else high = middle;
  }
  return high;
}
