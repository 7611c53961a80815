import type { Metric, MetricStatus } from '../../../api/generated/deployment.ts';
import { metricRule } from '../../../core/analysis/metric-rule.ts';
import { timestamp } from '../../../core/conditions.ts';
import type { Milliseconds } from '../../../core/decision.ts';
import { parseDuration } from '../../../core/duration.ts';
import type { DeploymentObserved } from '../observed.ts';
import { placeOf } from '../strategy/place.ts';
import { afterPromotion } from './after-promotion.ts';
import { comparableSince } from './comparable-since.ts';
import { windowStart } from './window-start.ts';

/** What status remembers of a metric in the window at work; what was measured in an earlier one does not count here. */
export function metricMemory(observed: DeploymentObserved, name: string): MetricStatus | undefined {
  const startedAt = windowStart(observed);
  const known = observed.memory.analysis?.find(({ metric }) => metric === name);
  return startedAt !== undefined && known?.startedAt === timestamp(startedAt) ? known : undefined;
}

/** When time is over for a metric: the end of the step that waits for its verdict, or of the time after the promotion. Other steps only watch. */
export function timeOver(observed: DeploymentObserved, name: string): Milliseconds | undefined {
  const after = afterPromotion(observed);
  if (after !== undefined) return after.until;
  const { step, startedAt } = placeOf(observed);
  const analyse = 'analyse' in step ? step.analyse : undefined;
  if (analyse?.metrics.includes(name) !== true || startedAt === undefined) return undefined;
  const length = parseDuration(analyse.for ?? '') ?? observed.delivery.plan.progressDeadlineSeconds * 1000;
  return startedAt + length;
}

/** When what counts of a metric begins: with the window at work, and beside fresh pods once they stand; absent until then. */
export function samplesFrom(observed: DeploymentObserved, metric: Metric): Milliseconds | undefined {
  const startedAt = windowStart(observed);
  if (metric.compare?.to !== 'freshBaseline') return startedAt;
  const since = comparableSince(observed);
  return startedAt === undefined || since === undefined ? undefined : Math.max(startedAt, since);
}

/** When a metric is looked at next: at the start of the step, or once a first window has passed, and at the end of its time; never while there is nothing to compare with. */
export function nextLook(observed: DeploymentObserved, metric: Metric): Milliseconds {
  const { interval, series } = metricRule(metric);
  const startedAt = samplesFrom(observed, metric);
  if (startedAt === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(usualLook(observed, metric, startedAt), series ? startedAt + interval : startedAt);
}

function usualLook(observed: DeploymentObserved, metric: Metric, startedAt: Milliseconds): Milliseconds {
  const { interval, series } = metricRule(metric);
  const last = Date.parse(metricMemory(observed, metric.name)?.measurements?.at(-1)?.at ?? '');
  if (Number.isNaN(last)) return startedAt + (series ? interval : 0);
  const over = timeOver(observed, metric.name);
  return over !== undefined && last < over ? Math.min(last + interval, over) : last + interval;
}
