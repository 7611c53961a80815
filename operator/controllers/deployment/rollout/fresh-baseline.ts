import type { FrozenPlan } from '../delivery/frozen-plan.ts';
import { type DeploymentObserved, planOfRevision, rejectionOf } from '../observed.ts';
import { placeOf } from '../strategy/place.ts';
import { baselineKey } from './baseline-key.ts';

/** Fresh pods of what serves, as many as the canary's and as old. */
export interface FreshBaseline {
  /** Among the revisions of the planner. */
  readonly key: string;
  /** The plan of what serves. */
  readonly serving: FrozenPlan;
}

/** The one that a delivery needs on the way to a revision: only where a metric asks for it, and while both carry traffic. */
export function freshBaseline(observed: DeploymentObserved, target: string): FreshBaseline | undefined {
  const { delivery, memory, plans } = observed;
  const { serving } = memory.revisions ?? {};
  if (!comparesFresh(delivery.plan) || target !== delivery.plan.revision || rejectionOf(observed) !== undefined) {
    return undefined;
  }
  const { weight } = placeOf(observed);
  if (serving === undefined || serving === target || weight <= 0 || weight >= 100) return undefined;
  const plan = planOfRevision(plans, serving);
  return plan && { key: baselineKey(delivery.id), serving: plan };
}

export function comparesFresh({ analysis }: FrozenPlan): boolean {
  return analysis?.metrics.some(({ compare }) => compare?.to === 'freshBaseline') === true;
}
