import type { Milliseconds } from '../../../core/decision.ts';
import type { ReplicaSet } from '../cluster-objects.ts';
import type { DeploymentObserved } from '../observed.ts';
import { freshBaseline } from './fresh-baseline.ts';
import { type OwnPods, ownPods } from './own-pods.ts';
import { overdueTrouble, podTrouble, type Trouble } from './pod-trouble.ts';

/** What is wrong with the pods that a roll-out waits for: the canary's, and where those stand its fresh baseline's. */
export function awaitedTrouble(observed: DeploymentObserved, now: Milliseconds): Trouble | undefined {
  const { replicaSet, own, of } = awaited(observed);
  const trouble = podTrouble(replicaSet, own, now);
  return trouble && { ...trouble, message: `${of}${trouble.message}` };
}

/** The same in full, of pods that had all the time they may have. */
export function overdueAwaited(observed: DeploymentObserved): Omit<Trouble, 'detail'> {
  const { replicaSet, own, of } = awaited(observed);
  const { reason, message } = overdueTrouble(replicaSet, own);
  return { reason, message: `${of}${message}` };
}

function awaited(observed: DeploymentObserved): OwnPods & { readonly of: string } {
  const canary = { ...ownPods(observed), of: '' };
  const fresh = freshBaseline(observed, observed.delivery.plan.revision);
  const baseline: OwnPods = fresh === undefined ? { own: [] } : ownPods(observed, fresh.key);
  if (baseline.replicaSet === undefined || !stands(canary.replicaSet) || stands(baseline.replicaSet)) return canary;
  return { ...baseline, of: 'the fresh baseline that it is compared with: ' };
}

function stands(one: ReplicaSet | undefined): boolean {
  return one !== undefined && (one.status?.availableReplicas ?? 0) >= (one.spec.replicas ?? 1);
}
