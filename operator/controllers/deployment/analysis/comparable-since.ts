import type { Milliseconds } from '../../../core/decision.ts';
import type { DeploymentObserved } from '../observed.ts';
import { freshBaseline } from '../rollout/fresh-baseline.ts';
import { type OwnPods, ownPods } from '../rollout/own-pods.ts';
import { readySince } from '../rollout/ready-since.ts';
import { placeOf } from '../strategy/place.ts';
import { movesPods } from '../strategy/steps-of.ts';

/**
 * Since when all pods of the canary and all of its fresh baseline are available, as their conditions say; `undefined` while one
 * is not, or while a step still moves them: nothing before that counts as a sample of either.
 */
export function comparableSince(observed: DeploymentObserved): Milliseconds | undefined {
  const { revision } = observed.delivery.plan;
  const fresh = freshBaseline(observed, revision);
  if (fresh === undefined || movesPods(placeOf(observed).kind)) return undefined;
  const [canary, baseline] = [ownPods(observed), ownPods(observed, fresh.key)];
  if (canary.replicaSet?.spec.replicas !== baseline.replicaSet?.spec.replicas) return undefined;
  const stood = [canary, baseline].map(availableSince);
  const since = stood.filter((one) => one !== undefined);
  return since.length === stood.length ? Math.max(...since) : undefined;
}

function availableSince({ replicaSet, own }: OwnPods): Milliseconds | undefined {
  if (replicaSet === undefined) return undefined;
  const { spec, status } = replicaSet;
  const { replicas = 1, minReadySeconds = 0 } = spec;
  if (replicas === 0 || status?.replicas !== replicas || (status.availableReplicas ?? 0) < replicas) return undefined;
  const ready = own.map(readySince).filter((one) => one !== undefined);
  // The pods may be seen later than what is counted of them.
  return ready.length < replicas ? undefined : Math.max(...ready) + minReadySeconds * 1000;
}
