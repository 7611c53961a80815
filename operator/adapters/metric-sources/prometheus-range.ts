import { numberOf } from '../../core/analysis/reading-of.ts';
import type { MetricReading, MetricSource, PrometheusRangeQuery } from '../../ports/metric-source.ts';
import { askPrometheus, type PrometheusData, type PrometheusDoors, seconds } from './prometheus-api.ts';

/** A range query: exactly one series, of which windows without a finite value are left out. */
export function prometheusRange(doors: PrometheusDoors): MetricSource<PrometheusRangeQuery> {
  return {
    read: ({ server, query, from, to, every }, context) => {
      const form = { query, start: seconds(from), end: seconds(to), step: seconds(every) };
      return askPrometheus(doors, server, ['query_range', form], context, seriesOf);
    },
  };
}

function seriesOf({ resultType, result }: PrometheusData): MetricReading {
  if (resultType !== 'matrix' || !Array.isArray(result)) {
    return {
      kind: 'error',
      message: `the query gives a ${String(resultType)} over a range; ask for one series`,
      cause: 'question',
    };
  }
  if (result.length > 1) {
    return {
      kind: 'error',
      message: `the query gives ${result.length} series; aggregate them to exactly one`,
      cause: 'question',
    };
  }
  const [series] = result;
  if (series === undefined) return { kind: 'no-data', message: 'the query gives no series' };
  if (!Array.isArray(series?.values)) return { kind: 'error', message: 'the query gives histograms; ask for a number' };
  const pairs: readonly unknown[] = series.values;
  const samples = pairs.flatMap((pair) => {
    const [time, text]: readonly unknown[] = Array.isArray(pair) ? pair : [];
    const value = numberOf(text);
    return typeof time === 'number' && value !== undefined && Number.isFinite(value)
      ? [{ at: Math.round(time * 1000), value }]
      : [];
  });
  if (samples.length > 0) return { kind: 'values', samples };
  return { kind: 'no-data', message: `none of the ${pairs.length} values of the series is finite` };
}
