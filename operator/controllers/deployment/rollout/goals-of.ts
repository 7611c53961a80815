import type { Milliseconds } from '../../../core/decision.ts';
import { type DeploymentObserved, planOfRevision, replicasWanted } from '../observed.ts';
import { placeOf } from '../strategy/place.ts';
import { blueGreenOf } from '../traffic/blue-green-of.ts';
import { canaryTrafficOf } from '../traffic/canary-traffic-of.ts';
import { inForce } from '../traffic/in-force.ts';
import { standBy } from '../traffic/stand-by.ts';
import { canaryPods } from './canary-pods.ts';
import { freshBaseline } from './fresh-baseline.ts';
import { goalsOfTraffic } from './goals-of-traffic.ts';
import { revisionOf } from './revision-of.ts';
import { sum } from './world.ts';

/** Pods that each revision should have, and how many of them are meant to be there beyond N, a fresh baseline aside. */
export interface Goals {
  readonly pods: ReadonlyMap<string, number>;
  readonly extra: number;
}

/** What the strategy wants, and beside its canary as many pods that it is compared with, where a metric asks for fresh ones. */
export function goalsOf(observed: DeploymentObserved, target: string, now: Milliseconds): Goals {
  const goals = goalsOfStrategy(observed, target, now);
  const canary = goals.pods.get(target) ?? 0;
  const fresh = freshBaseline(observed, target);
  if (fresh === undefined || canary === 0) return goals;
  return { ...goals, pods: new Map([...goals.pods, [fresh.key, canary]]) };
}

/** All pods go to the target, but for a strategy that has not yet taken over and for what still carries traffic. */
function goalsOfStrategy(observed: DeploymentObserved, target: string, now: Milliseconds): Goals {
  const planned = canaryTrafficOf(observed);
  if (planned !== undefined) return goalsOfTraffic(observed, planned, target, now);
  const replicas = replicasWanted(observed);
  const shares = sharesOf(observed, target, replicas);
  if (!switches(observed, target)) return { pods: shares, extra: 0 };
  const pods = new Map(shares);
  for (const hash of [...inForce(observed), ...(standBy(observed, target, now)?.revisions ?? [])]) {
    if (hash !== target) pods.set(hash, Math.max(pods.get(hash) ?? 0, sizeOf(observed, hash)));
  }
  return { pods, extra: Math.max(0, sum([...pods.values()], (size) => size) - replicas) };
}

function sharesOf(observed: DeploymentObserved, target: string, replicas: number): ReadonlyMap<string, number> {
  const { plan } = observed.delivery;
  const serving = observed.memory.revisions?.serving;
  if (plan.strategy === undefined || target !== plan.revision || target === serving) {
    return new Map([[target, replicas]]);
  }
  const place = placeOf(observed);
  const keeps = serving !== undefined && isRestorable(observed, serving);
  if (plan.strategy.type === 'BlueGreen') {
    // Beside nothing there is no preview: all pods come up at once.
    const whole = place.kind === 'switch' || !keeps;
    const shown = whole ? replicas : Math.min(replicas, plan.strategy.previewReplicas ?? replicas);
    return new Map([...(keeps && replicas > 0 ? ([[serving, replicas]] as const) : []), [target, shown]]);
  }
  if (!keeps) return new Map([[target, place.weight > 0 ? replicas : 0]]);
  const { canary, beside } = canaryPods(replicas, place.weight);
  return new Map([...(beside > 0 ? ([[serving, beside]] as const) : []), [target, canary]]);
}

/** A Service has to let go of pods before they may go. */
function switches(observed: DeploymentObserved, target: string): boolean {
  if (blueGreenOf(observed) !== undefined) return true;
  return planOfRevision(observed.plans, target)?.strategy?.type === 'BlueGreen';
}

function sizeOf({ replicaSets }: DeploymentObserved, hash: string): number {
  return replicaSets.find((one) => revisionOf(one) === hash)?.spec.replicas ?? 0;
}

function isRestorable({ replicaSets, plans }: DeploymentObserved, serving: string): boolean {
  return replicaSets.some((one) => revisionOf(one) === serving) || planOfRevision(plans, serving) !== undefined;
}
