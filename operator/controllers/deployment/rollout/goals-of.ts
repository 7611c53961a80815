import { type DeploymentObserved, planOfRevision, replicasWanted } from '../observed.ts';
import { placeOf } from '../strategy/place.ts';
import { canaryPods } from './canary-pods.ts';
import { revisionOf } from './revision-of.ts';

/** Pods that each revision should have, on the way to one: all to it, but for a canary that has not yet taken over. */
export function goalsOf(observed: DeploymentObserved, target: string): ReadonlyMap<string, number> {
  const replicas = replicasWanted(observed);
  const { plan } = observed.delivery;
  const serving = observed.memory.revisions?.serving;
  if (plan.strategy === undefined || target !== plan.revision || target === serving) {
    return new Map([[target, replicas]]);
  }
  const { weight } = placeOf(observed);
  if (serving === undefined || !isRestorable(observed, serving)) return new Map([[target, weight > 0 ? replicas : 0]]);
  const { canary, beside } = canaryPods(replicas, weight);
  return new Map([...(beside > 0 ? ([[serving, beside]] as const) : []), [target, canary]]);
}

function isRestorable({ replicaSets, plans }: DeploymentObserved, serving: string): boolean {
  return replicaSets.some((one) => revisionOf(one) === serving) || planOfRevision(plans, serving) !== undefined;
}
