import { logFactorials } from './binomial.ts';

/** Events of a side and how many it had a chance for. */
export interface Share {
  readonly events: number;
  readonly total: number;
}

/**
 * Fisher's exact test, one-sided: the probability that the first side has at least so many events when both have the same
 * share (hypergeometric upper tail).
 * @returns the p-value; 1 where a side has no chances
 */
export function fisherGreater(first: Share, second: Share): number {
  const events = first.events + second.events;
  const total = first.total + second.total;
  if (first.total === 0 || second.total === 0) return 1;
  const factorials = logFactorials(total);
  const choose = (n: number, k: number) => (factorials[n] ?? 0) - (factorials[k] ?? 0) - (factorials[n - k] ?? 0);
  const all = choose(total, first.total);
  let sum = 0;
  for (let k = Math.min(events, first.total); k >= first.events; k--) {
    if (first.total - k > total - events) break;
    sum += Math.exp(choose(events, k) + choose(total - events, first.total - k) - all);
  }
  return Math.min(1, sum);
}
