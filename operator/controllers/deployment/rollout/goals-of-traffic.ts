import type { Milliseconds } from '../../../core/decision.ts';
import type { PlannedTraffic } from '../delivery/planned-strategy.ts';
import { type DeploymentObserved, replicasWanted } from '../observed.ts';
import { placeOf } from '../strategy/place.ts';
import { keptRejected, standBy } from '../traffic/stand-by.ts';
import { isShared, splits, trafficOf } from '../traffic/traffic-of.ts';
import { neededPods } from './carried.ts';
import type { Goals } from './goals-of.ts';
import { isIdle } from './is-idle.ts';
import { limits } from './limits.ts';
import { revisionOf } from './revision-of.ts';
import { routedPods } from './routed-pods.ts';
import { sum } from './world.ts';

/**
 * Pods where a Service or a route directs the traffic: the strategy's, what the traffic in force needs, and what stands by.
 * Shared, the only extra is one pod of rounding, and nothing stands by.
 */
export function goalsOfTraffic(
  observed: DeploymentObserved,
  planned: PlannedTraffic,
  target: string,
  now: Milliseconds,
): Goals {
  const replicas = replicasWanted(observed);
  const bounds = limits(replicas, observed.delivery.plan.maxSurge, observed.delivery.plan.maxUnavailable);
  const shared = isShared(observed, planned);
  const traffic = trafficOf(observed, target);
  // A superseded canary gives its weight back first, and what serves needs all of its pods for that.
  const returns = traffic !== undefined && traffic.canary.names !== traffic.canary.lead && !isIdle(traffic);
  const shares = sharesOf(observed, target, { replicas, surge: bounds.surge, shared, returns });
  const kept = shared ? [] : [standBy(observed, target, now), keptRejected(observed, now)];
  const stays = new Set(kept.flatMap((one) => one?.revisions ?? []));
  const pods = new Map(shares);
  for (const one of observed.replicaSets) {
    const hash = revisionOf(one);
    const { replicas: size = 1 } = one.spec;
    const needed = traffic === undefined ? 0 : neededPods({ replicas, ...bounds }, traffic, hash);
    const least = stays.has(hash) && hash !== target && replicas > 0 ? size : Math.min(size, needed);
    if (least > (pods.get(hash) ?? 0)) pods.set(hash, least);
  }
  return { pods, extra: Math.max(0, shared ? Math.min(1, total(shares) - replicas) : total(pods) - replicas) };
}

const total = (pods: ReadonlyMap<string, number>): number => sum([...pods.values()], (size) => size);

function sharesOf(
  observed: DeploymentObserved,
  target: string,
  room: { readonly replicas: number; readonly surge: number; readonly shared: boolean; readonly returns: boolean },
): ReadonlyMap<string, number> {
  const { serving } = observed.memory.revisions ?? {};
  if (serving === undefined || !splits(observed, target)) return new Map([[target, room.replicas]]);
  const { canary, beside } = routedPods(placeOf(observed).weight, room);
  const kept = room.returns ? room.replicas : beside;
  return new Map([...(kept > 0 ? ([[serving, kept]] as const) : []), [target, canary]]);
}
