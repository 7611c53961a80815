import type { Metric } from '../../../../api/generated/deployment.ts';
import { metricRule } from '../../../../core/analysis/metric-rule.ts';
import type { Milliseconds } from '../../../../core/decision.ts';
import type { DeploymentObserved } from '../../observed.ts';
import { metricMemory, timeOver } from '../metric-memory.ts';
import { windowStart } from '../window-start.ts';
import { jobEnd } from './job-end.ts';
import { metricJobName } from './metric-job.ts';

/** A Job that was just made may not have been seen yet; one that is not seen for so long is gone. */
const UNSEEN: Milliseconds = 30_000;

/** When there is something to do about a metric's Job: to make it, to tell of it, or to say that time is over. */
export function nextJobLook(observed: DeploymentObserved, metric: Metric): Milliseconds {
  const known = metricMemory(observed, metric.name);
  const startedAt = windowStart(observed) ?? 0;
  const name = metricJobName(observed, metric);
  const live = observed.jobs.find(({ metadata }) => metadata.name === name);
  const over = known?.verdict === 'Measuring' ? timeOver(observed, metric.name) : undefined;
  if (live !== undefined) return jobEnd(live) === undefined ? (over ?? Number.POSITIVE_INFINITY) : startedAt;
  if (known?.job?.name === name) return Date.parse(known.job.startedAt) + UNSEEN;
  const last = known?.measurements?.at(-1);
  if (last === undefined) return startedAt;
  // One good measurement is a verdict; only who asks for more by an interval pays for more.
  const again = last.phase !== 'Good' || metric.interval !== undefined;
  return again ? Date.parse(last.at) + metricRule(metric).interval : Number.POSITIVE_INFINITY;
}
