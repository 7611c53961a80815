import { readingOf } from '../../core/analysis/reading-of.ts';
import type { Milliseconds } from '../../core/decision.ts';
import type { MetricReading, MetricSource, PrometheusQuery } from '../../ports/metric-source.ts';
import { askPrometheus, type PrometheusData, type PrometheusDoors, seconds } from './prometheus-api.ts';

/** An instant query: a scalar or exactly one series is the value. */
export function prometheus(doors: PrometheusDoors): MetricSource<PrometheusQuery> {
  return {
    read: ({ server, query, at }, context) =>
      askPrometheus(doors, server, ['query', { query, time: seconds(at) }], context, (data) =>
        readingOfResult(data, at),
      ),
  };
}

function readingOfResult({ resultType, result }: PrometheusData, at: Milliseconds): MetricReading {
  if (resultType === 'scalar' && Array.isArray(result)) return readingOf(result[1], at, 'the scalar');
  if (resultType !== 'vector' || !Array.isArray(result)) {
    return {
      kind: 'error',
      message: `the query gives a ${String(resultType)}; ask for a scalar or one series`,
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
  if (!Array.isArray(series?.value)) return { kind: 'error', message: 'the query gives histograms; ask for a number' };
  return readingOf(series.value[1], at, 'the value');
}
