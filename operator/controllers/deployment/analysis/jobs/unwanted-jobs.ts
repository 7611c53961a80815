import type { Action } from '../../../../core/action.ts';
import type { Job } from '../../cluster-objects.ts';
import { type DeploymentObserved, tenantIdentity } from '../../observed.ts';
import { isMeasured } from '../after-promotion.ts';
import { watchedMetrics } from '../watched-metrics.ts';
import { jobEnd } from './job-end.ts';
import { metricJobName } from './metric-job.ts';

/** Ended ones, kept for their logs until the cluster's own time for that is over. */
const ENDED_KEPT = 3;
const AT_ONCE = 8;

/** Deletions of Jobs whose answer nobody waits for any more, and of ended ones beyond the last few. */
export function unwantedJobs(observed: DeploymentObserved): readonly Action[] {
  const { jobs, namespace } = observed;
  if (jobs.length === 0) return [];
  const measuring = isMeasured(observed) ? watchedMetrics(observed) : [];
  const wanted = new Set(
    measuring.filter(({ provider }) => provider.job !== undefined).map((metric) => metricJobName(observed, metric)),
  );
  const others = jobs.filter(({ metadata }) => !wanted.has(metadata.name));
  const running = others.filter((job) => jobEnd(job) === undefined);
  const ended = newestFirst(others.filter((job) => jobEnd(job) !== undefined)).slice(ENDED_KEPT);
  return [...running, ...ended]
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .slice(0, AT_ONCE)
    .map(({ metadata: { name, uid = '' } }) => ({
      type: 'delete-object',
      target: { resource: 'Job', namespace, name },
      uid,
      propagation: 'Background',
      as: tenantIdentity(observed),
    }));
}

function newestFirst(jobs: readonly Job[]): readonly Job[] {
  const made = ({ metadata }: Job) => `${metadata.creationTimestamp ?? ''} ${metadata.name}`;
  return [...jobs].sort((left, right) => (made(left) < made(right) ? 1 : -1));
}
