import type { Metric } from '../../../api/generated/deployment.ts';
import type { QueryFacts } from '../../../core/analysis/resolve-query.ts';
import { type DeploymentObserved, replicasWanted } from '../observed.ts';
import { stepsOf } from '../strategy/steps-of.ts';
import { blueGreenOf } from '../traffic/blue-green-of.ts';
import { canaryTrafficOf } from '../traffic/canary-traffic-of.ts';
import { afterPromotion } from './after-promotion.ts';
import { runsHere } from './jobs/runs-here.ts';

/**
 * The metrics that can say anything now: none without pods, and no comparison while nothing else carries traffic, neither
 * before the first promotion nor after any.
 */
export function watchedMetrics(observed: DeploymentObserved): readonly Metric[] {
  const { metrics = [] } = observed.delivery.plan.analysis ?? {};
  if (replicasWanted(observed) === 0) return [];
  const compares = observed.memory.revisions?.serving !== undefined && afterPromotion(observed) === undefined;
  return metrics.filter((metric) => (metric.compare === undefined || compares) && runsHere(observed, metric));
}

/** What the queries of each side may name. */
export function sidesOf(observed: DeploymentObserved): {
  readonly desired: QueryFacts;
  readonly baseline?: QueryFacts;
} {
  const { object, namespace, delivery, memory } = observed;
  const { activeService, previewService } = blueGreenOf(observed) ?? {};
  const { stableService = activeService, canaryService } = canaryTrafficOf(observed) ?? {};
  const facts = (revision: string, service: string | undefined): QueryFacts => ({
    name: object.metadata.name,
    namespace,
    revision,
    ...(service === undefined ? {} : { service }),
  });
  const { serving } = memory.revisions ?? {};
  return {
    desired: facts(delivery.plan.revision, canaryService ?? previewService ?? activeService),
    ...(serving === undefined ? {} : { baseline: facts(serving, stableService) }),
  };
}

/** Among how many metrics and steps the probability of a false alarm is shared. */
export function sharesOf({ delivery }: Pick<DeploymentObserved, 'delivery'>): number {
  const counted = (delivery.plan.analysis?.metrics ?? []).filter(({ muted }) => muted !== true).length;
  const windows = stepsOf(delivery.plan).length + (delivery.plan.analysis?.afterPromotion === undefined ? 0 : 1);
  return Math.max(1, counted * windows);
}
