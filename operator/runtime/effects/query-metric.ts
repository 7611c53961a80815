import type { QueryMetric } from '../../core/action.ts';
import type { MetricContext, MetricReading, MetricSources } from '../../ports/metric-source.ts';
import type { Performer } from '../perform.ts';

/** Reads one side of a metric. What went wrong at the provider is a reading too: the verdict counts it. */
export function queryMetric(sources: MetricSources): Performer<'query-metric'> {
  return (action, { signal, lend }) =>
    lend(() => read(sources, action, { as: action.as, timeout: action.timeout, signal }));
}

function read(sources: MetricSources, { query }: QueryMetric, context: MetricContext): Promise<MetricReading> {
  switch (query.kind) {
    case 'prometheus':
      return sources.prometheus.read(query, context);
    case 'prometheus-range':
      return sources['prometheus-range'].read(query, context);
    case 'web':
      return sources.web.read(query, context);
    case 'mcp':
      return sources.mcp.read(query, context);
  }
}
