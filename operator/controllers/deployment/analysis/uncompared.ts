import type { Metric, MetricStatus } from '../../../api/generated/deployment.ts';
import type { Action } from '../../../core/action.ts';
import { timestamp } from '../../../core/conditions.ts';
import type { Milliseconds } from '../../../core/decision.ts';
import type { DeploymentObserved } from '../observed.ts';
import { record } from '../records.ts';
import { comparableSince } from './comparable-since.ts';
import { earlierVerdict } from './earlier-verdict.ts';
import { metricMemory, timeOver } from './metric-memory.ts';
import { watchedMetrics } from './watched-metrics.ts';
import { windowStart } from './window-start.ts';

export const UNCOMPARED = 'waits for all pods of the canary and of its fresh baseline to be available';

/** True while a metric has no fresh baseline to compare with. */
export function isUncompared(observed: DeploymentObserved, { compare }: Metric): boolean {
  return compare?.to === 'freshBaseline' && comparableSince(observed) === undefined;
}

/** What is remembered of metrics whose time is over while no last look can be taken: nobody can tell, which is Inconclusive. */
export function endUncompared(observed: DeploymentObserved, now: Milliseconds): readonly Action[] {
  const open = watchedMetrics(observed).filter((metric) => {
    const { verdict = 'Measuring' } = metricMemory(observed, metric.name) ?? {};
    return (
      verdict === 'Measuring' &&
      isUncompared(observed, metric) &&
      now >= (timeOver(observed, metric.name) ?? Number.POSITIVE_INFINITY)
    );
  });
  return open.length === 0
    ? []
    : [record({ kind: 'uncompared', metrics: open.map(({ name }) => inconclusive(observed, name, now)) })];
}

function inconclusive(observed: DeploymentObserved, name: string, now: Milliseconds): MetricStatus {
  const before = earlierVerdict(observed, name);
  return {
    ...metricMemory(observed, name),
    metric: name,
    verdict: 'Inconclusive',
    message: `time is over: it ${UNCOMPARED}`,
    startedAt: timestamp(windowStart(observed) ?? now),
    ...(before === undefined ? {} : { earlierVerdict: before }),
  };
}
