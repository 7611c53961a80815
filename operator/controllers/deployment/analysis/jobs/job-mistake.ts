import type { Metric } from '../../../../api/generated/deployment.ts';
import { parseDuration } from '../../../../core/duration.ts';
import type { DeploymentObserved } from '../../observed.ts';
import { metricJob } from './metric-job.ts';

const LEAST = 1_000;
const MOST = 3_600_000;

/** Why a metric cannot be measured by its Job; `undefined` where it can, or has none. */
export function jobMistake(observed: DeploymentObserved, metric: Metric): string | undefined {
  const { job } = metric.provider;
  if (job === undefined) return undefined;
  const where = `spec.analysis.metrics: metric ${metric.name}`;
  if (metric.compare !== undefined || metric.threshold !== undefined) {
    return `${where} is measured by a Job, which is good when it is Complete; remove threshold and compare`;
  }
  const timeout = parseDuration(job.timeout ?? '5m') ?? 0;
  if (timeout < LEAST || timeout > MOST) return `${where}: set provider.job.timeout between 1s and 1h`;
  const made = metricJob(observed, metric);
  return made.ok ? undefined : `${where}: ${made.message}`;
}
