import type { Metric } from '../../../../api/generated/deployment.ts';
import type { Action } from '../../../../core/action.ts';
import type { Milliseconds } from '../../../../core/decision.ts';
import { type DeploymentObserved, tenantIdentity } from '../../observed.ts';
import { record } from '../../records.ts';
import { availableHere } from '../../rollout/told-counts.ts';
import { metricMemory } from '../metric-memory.ts';
import { watchedMetrics } from '../watched-metrics.ts';
import { windowStart } from '../window-start.ts';
import { jobEnd } from './job-end.ts';
import { metricJob } from './metric-job.ts';
import { nextJobLook } from './next-job-look.ts';

/** Jobs that are due, and what became of those that were made; none before the first available pod. */
export function runJobs(observed: DeploymentObserved, now: Milliseconds): readonly Action[] {
  if (windowStart(observed) === undefined || availableHere(observed) === 0) return [];
  return watchedMetrics(observed)
    .filter((metric) => metric.provider.job !== undefined && now >= nextJobLook(observed, metric))
    .flatMap((metric) => runJob(observed, metric, now));
}

function runJob(observed: DeploymentObserved, { name: metric, ...rest }: Metric, now: Milliseconds): readonly Action[] {
  const made = metricJob(observed, { name: metric, ...rest });
  // Step validate has refused what cannot be made.
  if (!made.ok) return [];
  const { name } = made.value.metadata;
  const live = observed.jobs.find(({ metadata }) => metadata.name === name);
  if (live !== undefined) {
    const end = jobEnd(live) ?? { message: `Job ${name} still runs` };
    return [record({ kind: 'job-told', metric, at: now, ...end })];
  }
  if (metricMemory(observed, metric)?.job?.name === name) {
    const message = `Job ${name} is gone before it ended: somebody deleted it`;
    return [record({ kind: 'job-told', metric, at: now, phase: 'Error', message })];
  }
  return [
    { type: 'create-object', object: made.value, as: tenantIdentity(observed) },
    record({ kind: 'job-started', metric, job: name, at: now }),
  ];
}
