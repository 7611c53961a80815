import type { MetricSources } from '../../ports/metric-source.ts';
import type { ToolCaller } from '../../ports/tools.ts';
import { mcp } from './mcp.ts';
import { prometheus } from './prometheus.ts';
import type { PrometheusDoors } from './prometheus-api.ts';
import { prometheusRange } from './prometheus-range.ts';
import { web } from './web.ts';

export interface MetricSourceDoors {
  readonly prometheus: PrometheusDoors;
  /** Dials hosts of web metrics only. */
  readonly web: typeof fetch;
  readonly tools: ToolCaller;
}

/** Somebody for every kind of question: a new kind does not compile until somebody reads it. */
export function metricSources(doors: MetricSourceDoors): MetricSources {
  return {
    prometheus: prometheus(doors.prometheus),
    'prometheus-range': prometheusRange(doors.prometheus),
    web: web(doors.web),
    mcp: mcp(doors.tools),
  };
}
