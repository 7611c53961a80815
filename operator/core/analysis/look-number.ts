import type { Milliseconds } from '../decision.ts';

/**
 * Which look this is, from the recorded start and the clock alone, so a crash changes no level: the first look is the one
 * at which `minSamples` windows can have passed, and every interval after it is another.
 */
export function lookNumber(
  startedAt: Milliseconds,
  now: Milliseconds,
  rule: { readonly interval: Milliseconds; readonly minSamples: number },
): number {
  const windows = Math.floor((now - startedAt) / rule.interval);
  return Math.max(0, windows - rule.minSamples + 1);
}
