import type { DeploymentStatus, Metric, MetricStatus } from '../../../../api/generated/deployment.ts';
import type { Effect } from '../../../../core/action.ts';
import { judge } from '../../../../core/analysis/judge.ts';
import { lookNumber } from '../../../../core/analysis/look-number.ts';
import { metricRule } from '../../../../core/analysis/metric-rule.ts';
import { remember } from '../../../../core/analysis/remember.ts';
import { bounded, timestamp } from '../../../../core/conditions.ts';
import type { DeploymentObserved } from '../../observed.ts';
import type { Memorandum } from '../../records.ts';
import { earlierVerdict } from '../earlier-verdict.ts';
import { metricMemory, timeOver } from '../metric-memory.ts';
import { sharesOf } from '../watched-metrics.ts';
import { windowStart } from '../window-start.ts';

type Started = Extract<Memorandum, { readonly kind: 'job-started' }>;
type Told = Extract<Memorandum, { readonly kind: 'job-told' }>;

/** The memory with the Jobs that were made, and what became of others, judged by the verdict table. */
export function withJobNews(observed: DeploymentObserved, effects: readonly Effect[]): DeploymentStatus {
  const news = effects.flatMap(({ action }): readonly (Started | Told)[] => {
    const memorandum = action.type === 'record' ? (action.record as unknown as Memorandum) : undefined; // border: written by `record`
    return memorandum?.kind === 'job-started' || memorandum?.kind === 'job-told' ? [memorandum] : [];
  });
  const judged = (observed.delivery.plan.analysis?.metrics ?? []).flatMap((metric) => {
    const last = news.findLast((one) => one.metric === metric.name);
    if (last === undefined) return [];
    return [last.kind === 'job-started' ? started(observed, last) : told(observed, metric, last)];
  });
  if (judged.length === 0) return observed.memory;
  const others = (observed.memory.analysis ?? []).filter(({ metric }) => !judged.some((one) => one.metric === metric));
  return {
    ...observed.memory,
    analysis: [...others, ...judged].sort((left, right) => (left.metric < right.metric ? -1 : 1)),
  };
}

function started(observed: DeploymentObserved, { metric, job, at }: Started): MetricStatus {
  const known = metricMemory(observed, metric);
  return {
    ...common(observed, metric, at),
    verdict: known === undefined || known.verdict === 'Cancelled' ? 'Measuring' : known.verdict,
    query: `Job ${job}`,
    message: known?.message ?? `Job ${job} runs`,
    job: { name: job, startedAt: timestamp(at) },
    samples: known?.samples ?? 0,
    earlier: known?.earlier ?? { good: 0, bad: 0 },
    measurements: known?.measurements ?? [],
  };
}

function told(observed: DeploymentObserved, metric: Metric, { at, phase, message: news }: Told): MetricStatus {
  const { measurements = [], earlier = { good: 0, bad: 0 }, query, job } = metricMemory(observed, metric.name) ?? {};
  const before = { measurements, earlier };
  const known = phase === undefined ? before : remember(before, { at: timestamp(at), phase });
  const until = timeOver(observed, metric.name);
  const rule = metricRule(metric);
  const startedAt = windowStart(observed) ?? at;
  const { verdict, message, samples } = judge(
    metric,
    phase === 'Error' ? { ...known, desired: { kind: 'error', message: news } } : known,
    {
      look: { number: lookNumber(startedAt, at, rule), shares: sharesOf(observed) },
      now: at,
      ...(until === undefined ? {} : { until }),
    },
  );
  return {
    ...common(observed, metric.name, at),
    verdict: verdict === 'Undecided' ? 'Measuring' : verdict,
    ...(query === undefined ? {} : { query }),
    message: bounded(verdict === 'Pass' || verdict === 'Fail' ? news : `${news}; ${message}`, 512),
    ...(phase === undefined && job !== undefined ? { job } : {}),
    samples,
    earlier: known.earlier,
    measurements: known.measurements,
  };
}

function common(observed: DeploymentObserved, metric: string, now: number) {
  const before = earlierVerdict(observed, metric);
  const startedAt = timestamp(windowStart(observed) ?? now);
  return { metric, startedAt, ...(before === undefined ? {} : { earlierVerdict: before }) };
}
