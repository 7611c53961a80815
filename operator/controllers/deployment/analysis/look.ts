import type { Action } from '../../../core/action.ts';
import { planQueries } from '../../../core/analysis/plan-queries.ts';
import type { Milliseconds } from '../../../core/decision.ts';
import { type DeploymentObserved, tenantIdentity } from '../observed.ts';
import { record } from '../records.ts';
import { availableHere } from '../rollout/told-counts.ts';
import { nextJobLook } from './jobs/next-job-look.ts';
import { nextLook, samplesFrom } from './metric-memory.ts';
import { sidesOf, watchedMetrics } from './watched-metrics.ts';
import { windowStart } from './window-start.ts';

/** Of one question. */
export const QUERY_TIMEOUT: Milliseconds = 10_000;

/** The questions that are due, from the first available pod on; none while all metrics rest. */
export function look(observed: DeploymentObserved, now: Milliseconds): readonly Action[] {
  const startedAt = windowStart(observed);
  if (startedAt === undefined || availableHere(observed) === 0) return [];
  const due = watchedMetrics(observed).filter(
    (metric) => metric.provider.job === undefined && now >= nextLook(observed, metric),
  );
  const queries = due.flatMap((metric): readonly Action[] => {
    const planned = planQueries(metric, sidesOf(observed), {
      startedAt: samplesFrom(observed, metric) ?? startedAt,
      now,
    });
    // Step validate has refused what cannot be asked.
    if (!planned.ok) return [];
    return planned.value.map((query) => ({
      type: 'query-metric',
      ...query,
      timeout: QUERY_TIMEOUT,
      as: tenantIdentity(observed),
    }));
  });
  return queries.length === 0 ? [] : [...queries, record({ kind: 'looked', at: now })];
}

/** When the next question or Job is due; absent where nothing is measured, or only a Job is waited for. */
export function nextLookOfAll(observed: DeploymentObserved): Milliseconds | undefined {
  if (availableHere(observed) === 0) return undefined;
  const times = watchedMetrics(observed).map((metric) =>
    metric.provider.job === undefined ? nextLook(observed, metric) : nextJobLook(observed, metric),
  );
  const next = Math.min(...times);
  return Number.isFinite(next) ? next : undefined;
}
