import type { Metric } from '../../api/generated/deployment.ts';
import type { Milliseconds } from '../decision.ts';
import { parseDuration } from '../duration.ts';

/** A metric's rule with what holds where the spec is silent. */
export interface MetricRule {
  readonly interval: Milliseconds;
  readonly minSamples: number;
  readonly failureLimit: number;
  readonly noData: 'wait' | 'fail' | 'pass';
  /** Whether a look needs more than one value: every window since the step's start, read again each time. */
  readonly series: boolean;
}

const USUAL_INTERVAL: Milliseconds = 30_000;
const SHORTEST_INTERVAL: Milliseconds = 1_000;
const USUAL_SAMPLES = 10;

export function metricRule({ interval, minSamples, failureLimit, noData, compare, provider }: Metric): MetricRule {
  const asked = interval === undefined ? undefined : parseDuration(interval);
  return {
    interval: Math.max(SHORTEST_INTERVAL, asked ?? USUAL_INTERVAL),
    // a Job is one measurement: Complete or Failed
    minSamples: provider.job === undefined ? (minSamples ?? USUAL_SAMPLES) : 1,
    failureLimit: failureLimit ?? 0,
    noData: noData ?? 'wait',
    series: provider.prometheus !== undefined && (compare !== undefined || provider.prometheus.range !== undefined),
  };
}
