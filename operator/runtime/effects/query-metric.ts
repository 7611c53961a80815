import type { QueryMetric } from '../../core/action.ts';
import type { Reader } from '../../ports/kube.ts';
import type { MetricContext, MetricReading, MetricSources } from '../../ports/metric-source.ts';
import type { Performer } from '../perform.ts';
import { secretHeaders } from './secret-headers.ts';

/** Reads one side of a metric. What went wrong at the provider is a reading too: the verdict counts it. */
export function queryMetric(sources: MetricSources, reader: Pick<Reader, 'read'>): Performer<'query-metric'> {
  return (action, { signal, lend }) =>
    lend(async () => {
      const context = { as: action.as, timeout: action.timeout, signal };
      const { query } = action;
      if (query.kind !== 'web' || query.headersSecret === undefined) return read(sources, action, context);
      const found = await secretHeaders(reader, query.headersSecret, action.as, signal);
      if (!found.ok) return { kind: 'error', message: found.message };
      return sources.web.read(query, { ...context, headers: found.headers });
    });
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
