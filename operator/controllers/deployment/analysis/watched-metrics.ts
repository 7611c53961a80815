import type { Metric } from '../../../api/generated/deployment.ts';
import type { QueryFacts } from '../../../core/analysis/resolve-query.ts';
import { baselineName } from '../build/baseline-set.ts';
import { podNames } from '../build/pod-names.ts';
import { replicaSetName } from '../build/replica-set.ts';
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
  readonly freshBaseline?: QueryFacts;
} {
  const { object, namespace, delivery, memory } = observed;
  const { activeService, previewService } = blueGreenOf(observed) ?? {};
  const { stableService = activeService, canaryService } = canaryTrafficOf(observed) ?? {};
  const { name } = object.metadata;
  const facts = (
    revision: string,
    service: string | undefined,
    replicaSet = replicaSetName(name, revision),
  ): QueryFacts => ({
    name,
    namespace,
    revision,
    pods: podNames(replicaSet),
    ...(service === undefined ? {} : { service }),
  });
  const { serving } = memory.revisions ?? {};
  return {
    desired: facts(delivery.plan.revision, canaryService ?? previewService ?? activeService),
    ...(serving === undefined
      ? {}
      : {
          baseline: facts(serving, stableService),
          freshBaseline: facts(serving, stableService, baselineName(name, delivery.id)),
        }),
  };
}

/** Among how many metrics and steps the probability of a false alarm is shared. */
export function sharesOf({ delivery }: Pick<DeploymentObserved, 'delivery'>): number {
  const counted = (delivery.plan.analysis?.metrics ?? []).filter(({ muted }) => muted !== true).length;
  const windows = stepsOf(delivery.plan).length + (delivery.plan.analysis?.afterPromotion === undefined ? 0 : 1);
  return Math.max(1, counted * windows);
}
