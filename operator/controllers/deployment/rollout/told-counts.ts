import type { Milliseconds } from '../../../core/decision.ts';
import type { Pod } from '../cluster-objects.ts';
import { type DeploymentObserved, isRollingOut, replicasWanted } from '../observed.ts';
import { ownPods } from './own-pods.ts';
import { planMoves } from './plan-moves.ts';
import { podTrouble } from './pod-trouble.ts';
import { available, bounded, sum } from './world.ts';
import { worldOf } from './world-of.ts';

/** Pods as status tells them. */
export interface Counts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
}

/**
 * A burst of pods is told once, this long after its last change: every status write costs the API server more than a
 * reader gains from each of the steps in between.
 */
export const QUIET: Milliseconds = 2_000;

export function countPods(observed: DeploymentObserved): Counts {
  // What is only compared with is no part of what N asks for.
  const revisions = bounded(worldOf(observed, observed.delivery.plan.revision, 0).revisions);
  const pods = sum(revisions, (revision) => revision.pods);
  return {
    // What one revision would have: surge is no load, an autoscaler must not count it (delivery.md section 6).
    replicas: Math.min(pods, replicasWanted(observed)),
    updatedReplicas: sum(revisions, ({ role, pods: existing }) => (role === 'target' ? existing : 0)),
    readyReplicas: sum(revisions, ({ ready }) => ready),
    availableReplicas: sum(revisions, ({ available }) => available),
  };
}

/** Pods of the desired revision that are available: what serves, without what is on its way out or stands by. */
export function availableHere(observed: DeploymentObserved): number {
  const { revisions, target } = worldOf(observed, observed.delivery.plan.revision, 0);
  return available(revisions.filter(({ hash }) => hash === target));
}

/** When a pod last changed between ready and not: all changes are told from `QUIET` after it. */
export function lastPodChange(pods: readonly Pod[]): Milliseconds {
  return Math.max(
    0,
    ...pods.map(({ metadata, status }) => {
      const ready = status?.conditions?.find(({ type }) => type === 'Ready');
      return Date.parse(ready?.lastTransitionTime ?? metadata.creationTimestamp ?? '') || 0;
    }),
  );
}

/** The counts to tell now: while a roll-out's pods still change, the remembered ones; `until` says when the true ones will be told. */
export function toldCounts(
  observed: DeploymentObserved,
  now: Milliseconds,
): { readonly counts: Counts; readonly until?: Milliseconds } {
  const counts = countPods(observed);
  const { memory } = observed;
  const moving = planMoves(worldOf(observed, observed.delivery.plan.revision, now)).length > 0;
  const { replicaSet, own } = ownPods(observed);
  const troubled = podTrouble(replicaSet, own, now) !== undefined;
  if (!moving || troubled || !isRollingOut(observed)) return { counts };
  const before: Counts = {
    replicas: memory.replicas ?? 0,
    updatedReplicas: memory.updatedReplicas ?? 0,
    readyReplicas: memory.readyReplicas ?? 0,
    availableReplicas: memory.availableReplicas ?? 0,
  };
  const same = Object.entries(counts).every(([name, count]) => before[name as keyof Counts] === count); // border: entries of a Counts
  const quietFrom = lastPodChange(observed.pods) + QUIET;
  return same || now >= quietFrom ? { counts } : { counts: before, until: quietFrom };
}

/** When the number of available pods last changed, or a size at rest: now, where status has not been told of it yet. */
export function progressedAt(observed: DeploymentObserved, now: Milliseconds): Milliseconds | undefined {
  const { memory } = observed;
  if (countPods(observed).availableReplicas !== (memory.availableReplicas ?? 0)) return now;
  const told = Date.parse(memory.plan?.progressedAt ?? '');
  return Number.isNaN(told) ? undefined : told;
}
