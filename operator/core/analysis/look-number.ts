import type { Milliseconds } from '../decision.ts';
import type { MetricRule } from './metric-rule.ts';

/**
 * Which look this is, from the recorded start and the clock alone, so a crash changes no level. Of a series the first look
 * is the one at which `minSamples` windows can have passed; counts and single values are looked at from the start.
 */
export function lookNumber(
  startedAt: Milliseconds,
  now: Milliseconds,
  { interval, minSamples, series }: Pick<MetricRule, 'interval' | 'minSamples' | 'series'>,
): number {
  const windows = Math.floor((now - startedAt) / interval);
  return Math.max(0, series ? windows - minSamples + 1 : windows + 1);
}
