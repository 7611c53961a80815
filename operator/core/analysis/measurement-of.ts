import type { Measurement, Metric } from '../../api/generated/deployment.ts';
import type { MetricReading } from '../../ports/metric-source.ts';
import type { Milliseconds } from '../decision.ts';
import { isWithin } from './weigh-threshold.ts';

/** What status keeps of one look: the newest value and whether it is good; a comparison's value is judged as a series. */
export function measurementOf(
  metric: Metric,
  desired: MetricReading,
  baseline: MetricReading | undefined,
  now: Milliseconds,
): Measurement {
  const at = new Date(now).toISOString().replace(/\.\d{3}Z$/, 'Z');
  const readings = baseline === undefined ? [desired] : [desired, baseline];
  if (readings.some(({ kind }) => kind === 'error')) return { at, phase: 'Error' };
  if (readings.some(({ kind }) => kind === 'no-data')) return { at, phase: 'NoData' };
  const value = lastValue(desired);
  if (value === undefined) return { at, phase: 'NoData' };
  const good = metric.threshold === undefined || isWithin(value, metric.threshold);
  return { at, value: String(value), phase: good ? 'Good' : 'Bad' };
}

/** The newest value of a reading; of counts their ratio. */
export function lastValue(reading: MetricReading): number | undefined {
  if (reading.kind === 'counts') return reading.events / reading.total;
  return reading.kind === 'values' ? reading.samples.at(-1)?.value : undefined;
}
