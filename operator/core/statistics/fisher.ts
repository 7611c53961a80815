import { logChoose } from './log-factorial.ts';
import { sumAwayFromMode } from './sum-away-from-mode.ts';

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
  const least = Math.max(0, first.total - (total - events));
  const most = Math.min(events, first.total);
  if (first.events <= least) return 1;
  const all = logChoose(total, first.total);
  const probability = (k: number) => Math.exp(logChoose(events, k) + logChoose(total - events, first.total - k) - all);
  const mode = ((first.total + 1) * (events + 1)) / (total + 2);
  if (first.events > mode) return sumAwayFromMode(first.events, most, probability);
  return 1 - sumAwayFromMode(first.events - 1, least, probability);
}
