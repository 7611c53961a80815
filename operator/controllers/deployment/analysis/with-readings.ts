import type { DeploymentStatus, Metric, MetricStatus } from '../../../api/generated/deployment.ts';
import type { Effect } from '../../../core/action.ts';
import { judge } from '../../../core/analysis/judge.ts';
import { lookNumber } from '../../../core/analysis/look-number.ts';
import { lastValue, measurementOf } from '../../../core/analysis/measurement-of.ts';
import { metricRule } from '../../../core/analysis/metric-rule.ts';
import { remember } from '../../../core/analysis/remember.ts';
import { bounded, timestamp } from '../../../core/conditions.ts';
import type { Milliseconds } from '../../../core/decision.ts';
import type { MetricReading } from '../../../ports/metric-source.ts';
import type { DeploymentObserved } from '../observed.ts';
import { earlierVerdict } from './earlier-verdict.ts';
import { metricMemory, timeOver } from './metric-memory.ts';
import { sharesOf } from './watched-metrics.ts';
import { windowStart } from './window-start.ts';

type Reading = Extract<Effect, { readonly action: { readonly type: 'query-metric' } }>;

/** The memory with what one look read of every metric, judged by the verdict table. */
export function withReadings(observed: DeploymentObserved, effects: readonly Effect[]): DeploymentStatus {
  const at = effects.flatMap(({ action }) =>
    action.type === 'record' && action.record.kind === 'looked' ? [Number(action.record['at'])] : [],
  )[0];
  const readings = effects.filter((effect): effect is Reading => effect.action.type === 'query-metric');
  // A look that did not come to its end is taken again.
  if (at === undefined || readings.length === 0) return observed.memory;
  const looked = (observed.delivery.plan.analysis?.metrics ?? []).flatMap((metric) => {
    const of = (side: 'desired' | 'baseline') =>
      readings.find(({ action }) => action.metric === metric.name && action.side === side);
    const desired = of('desired');
    return desired === undefined ? [] : [statusOf(observed, metric, desired, of('baseline')?.outcome, at)];
  });
  const others = (observed.memory.analysis ?? []).filter(({ metric }) => !looked.some((one) => one.metric === metric));
  return {
    ...observed.memory,
    analysis: [...others, ...looked].sort((left, right) => (left.metric < right.metric ? -1 : 1)),
  };
}

function statusOf(
  observed: DeploymentObserved,
  metric: Metric,
  { action, outcome: desired }: Reading,
  baseline: MetricReading | undefined,
  now: Milliseconds,
): MetricStatus {
  const startedAt = windowStart(observed) ?? now;
  const { measurements = [], earlier = { good: 0, bad: 0 } } = metricMemory(observed, metric.name) ?? {};
  const known = remember({ measurements, earlier }, measurementOf(metric, desired, baseline, now));
  const look = { number: lookNumber(startedAt, now, metricRule(metric)), shares: sharesOf(observed) };
  const until = timeOver(observed, metric.name);
  const evidence = { ...known, desired, ...(baseline === undefined ? {} : { baseline }) };
  const { verdict, message, samples } = judge(metric, evidence, {
    look,
    now,
    ...(until === undefined ? {} : { until }),
  });
  const value = lastValue(desired);
  const before = earlierVerdict(observed, metric.name);
  return {
    metric: metric.name,
    verdict: verdict === 'Undecided' ? 'Measuring' : verdict,
    query: bounded(queryText(action.query), 1024),
    ...(value === undefined ? {} : { value: String(value).slice(0, 64) }),
    ...(before === undefined ? {} : { earlierVerdict: before }),
    samples,
    message: bounded(message, 512),
    startedAt: timestamp(startedAt),
    earlier: known.earlier,
    measurements: known.measurements,
  };
}

function queryText(query: Reading['action']['query']): string {
  switch (query.kind) {
    case 'prometheus':
    case 'prometheus-range':
      return query.query;
    case 'web':
      return `${query.url} ${query.pointer}`;
    case 'mcp':
      return `${query.server}.${query.tool} ${query.pointer}`;
  }
}
