import type { Metric } from '../../api/generated/deployment.ts';
import type { MetricQuery } from '../../ports/metric-source.ts';
import type { QueryMetric } from '../action.ts';
import type { Milliseconds } from '../decision.ts';
import { parseDuration } from '../duration.ts';
import { metricRule } from './metric-rule.ts';
import { type QueryFacts, type Resolved, resolveArguments, resolvePromQl } from './resolve-query.ts';

const USUAL_SERVER = 'default';
/** Of one series; Prometheus itself gives 11,000. */
const MOST_WINDOWS = 1_000;

/** When a look is taken, from what status remembers and the clock. */
export interface LookTime {
  /** When this metric began to be measured in this strategy step. */
  readonly startedAt: Milliseconds;
  readonly now: Milliseconds;
}

export interface SideFacts {
  readonly desired: QueryFacts;
  /** Needed where the metric compares. */
  readonly baseline?: QueryFacts;
  /** The same where it compares with fresh pods. */
  readonly freshBaseline?: QueryFacts;
}

export type SideQuery = Pick<QueryMetric, 'metric' | 'side' | 'query'>;

/**
 * The questions of one look at a metric: of desired, and of the baseline in the same windows where they are compared.
 * @returns a sentence for people where a query cannot be made of it, which no time will change
 */
export function planQueries(metric: Metric, facts: SideFacts, time: LookTime): Resolved<readonly SideQuery[]> {
  const sides: (readonly [QueryMetric['side'], QueryFacts])[] = [['desired', facts.desired]];
  if (metric.compare !== undefined) {
    const baseline = facts[metric.compare.to];
    if (baseline === undefined) {
      return { ok: false, message: `metric ${metric.name} compares, and nothing serves yet; set threshold instead` };
    }
    sides.push(['baseline', baseline]);
  }
  const queries: SideQuery[] = [];
  for (const [side, ofSide] of sides) {
    const query = queryOf(metric, ofSide, time);
    if (!query.ok) return { ok: false, message: `metric ${metric.name}: ${query.message}` };
    queries.push({ metric: metric.name, side, query: query.value });
  }
  return { ok: true, value: queries };
}

function queryOf(metric: Metric, facts: QueryFacts, time: LookTime): Resolved<MetricQuery> {
  const { prometheus, web, mcp, job } = metric.provider;
  const at = time.now;
  if (prometheus !== undefined) {
    const { server = USUAL_SERVER } = prometheus;
    const query = resolvePromQl(prometheus.query, facts);
    if (!query.ok) return query;
    const windows = windowsOf(metric, time);
    const asked = { server, query: query.value };
    return { ok: true, value: windows === undefined ? { kind: 'prometheus', ...asked, at } : { ...windows, ...asked } };
  }
  if (web !== undefined) {
    if (metric.compare !== undefined) return noSeries('provider.web');
    const { url, pointer, headersSecret } = web;
    const headers = headersSecret === undefined ? {} : { headersSecret };
    return { ok: true, value: { kind: 'web', url, ...headers, pointer, at } };
  }
  if (mcp !== undefined) {
    const resolved = resolveArguments(mcp.arguments ?? {}, facts);
    if (!resolved.ok) return resolved;
    const { server, tool, pointer } = mcp;
    return { ok: true, value: { kind: 'mcp', server, tool, arguments: resolved.value, pointer, at } };
  }
  // controllers/deployment/analysis/jobs makes it and reads what became of it.
  if (job !== undefined) return { ok: false, message: 'a Job is run, not asked' };
  return { ok: false, message: 'NotSupportedYet: anomaly metrics are not read yet; use prometheus with compare' };
}

const noSeries = (provider: string): Resolved<never> => ({
  ok: false,
  message: `${provider} cannot tell desired from the baseline; set threshold instead of compare`,
});

/** Windows that never overlap, from the first that lies wholly in the step; none where one value is asked for. */
function windowsOf(metric: Metric, { startedAt, now }: LookTime) {
  const { series, interval: every } = metricRule(metric);
  if (!series) return undefined;
  const range = metric.provider.prometheus?.range;
  const longest = (range === undefined ? undefined : parseDuration(range)) ?? Number.POSITIVE_INFINITY;
  const passed = Math.floor((now - startedAt) / every);
  if (passed < 1) return { kind: 'prometheus-range', from: now, to: now, every } as const;
  const windows = Math.max(1, Math.min(passed, MOST_WINDOWS, Math.floor(longest / every)));
  const to = startedAt + passed * every;
  return { kind: 'prometheus-range', from: to - (windows - 1) * every, to, every } as const;
}
