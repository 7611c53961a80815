import type { MetricStatus } from '../../api/generated/deployment.ts';
import { columns, type Line, type Tone, tone } from './line.ts';

const TONES: Readonly<Record<MetricStatus['verdict'], Tone>> = {
  Measuring: 'busy',
  Pass: 'good',
  Fail: 'bad',
  Error: 'bad',
  Inconclusive: 'busy',
  Skipped: 'faint',
  Cancelled: 'faint',
};

const MARKS = { Good: '●', Bad: '✗', NoData: '·', Error: '!' } as const;
const MEASUREMENTS_SHOWN = 10;

/** One line a metric: its verdict, the last value, the last measurements as marks, and the verdict's own sentence. */
export function analysisLines(metrics: readonly MetricStatus[]): readonly Line[] {
  return columns(
    metrics.map(({ metric, verdict, value = '-', samples, measurements = [], message = '' }) => [
      metric,
      tone(TONES[verdict], verdict),
      value,
      samples === undefined ? '' : `${samples} samples`,
      measurements
        .slice(-MEASUREMENTS_SHOWN)
        .map(({ phase }) => MARKS[phase])
        .join(''),
      message,
    ]),
  );
}
