import { labels } from '../../../api/names.ts';
import type { Milliseconds } from '../../../core/decision.ts';
import type { ReplicaSet } from '../cluster-objects.ts';
import { type DeploymentObserved, replicasWanted } from '../observed.ts';
import { trafficOf } from '../traffic/traffic-of.ts';
import { freshBaseline } from './fresh-baseline.ts';
import { goalsOf } from './goals-of.ts';
import { isBaseline } from './is-baseline.ts';
import { limits } from './limits.ts';
import { revisionOf } from './revision-of.ts';
import type { RevisionState, Role, World } from './world.ts';

/** The world as the planner sees it, on the way to one revision. */
export function worldOf(observed: DeploymentObserved, target: string, now: Milliseconds): World {
  const replicas = replicasWanted(observed);
  const { maxSurge, maxUnavailable } = observed.delivery.plan;
  const { surge, unavailable } = limits(replicas, maxSurge, maxUnavailable);
  const { pods, extra } = goalsOf(observed, target, now);
  const traffic = trafficOf(observed, target);
  const baseline = freshBaseline(observed, target)?.key;
  return {
    replicas,
    surge: surge + extra,
    unavailable,
    target,
    ...(baseline === undefined ? {} : { baseline }),
    goals: pods,
    revisions: observed.replicaSets.map((replicaSet) => stateOf(replicaSet, roleOf(observed, replicaSet, target))),
    ...(traffic === undefined ? {} : { traffic }),
    now,
  };
}

function stateOf(replicaSet: ReplicaSet, role: Role): RevisionState {
  const { metadata, spec, status } = replicaSet;
  const runs = role === 'baseline' ? metadata.labels?.[labels.revision] : undefined;
  return {
    hash: revisionOf(replicaSet),
    role,
    ...(runs === undefined ? {} : { runs }),
    size: spec.replicas ?? 1,
    pods: status?.replicas ?? 0,
    ready: status?.readyReplicas ?? 0,
    available: status?.availableReplicas ?? 0,
  };
}

function roleOf({ memory }: DeploymentObserved, replicaSet: ReplicaSet, target: string): Role {
  if (isBaseline(replicaSet)) return 'baseline';
  const revision = revisionOf(replicaSet);
  if (revision === target) return 'target';
  if (revision === memory.revisions?.serving) return 'serving';
  return memory.revisions?.rejected?.some(({ hash }) => hash === revision) ? 'rejected' : 'old';
}
