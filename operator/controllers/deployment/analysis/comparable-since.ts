import type { Milliseconds } from '../../../core/decision.ts';
import type { Pod, ReplicaSet } from '../cluster-objects.ts';
import type { DeploymentObserved } from '../observed.ts';
import { freshBaseline } from '../rollout/fresh-baseline.ts';
import { revisionOf } from '../rollout/revision-of.ts';
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
  const canary = observed.replicaSets.find((one) => revisionOf(one) === revision);
  const baseline = observed.replicaSets.find((one) => revisionOf(one) === fresh.key);
  if (canary === undefined || baseline === undefined) return undefined;
  if (canary.spec.replicas !== baseline.spec.replicas) return undefined;
  const stood = [canary, baseline].map((one) => availableSince(observed, one));
  const since = stood.filter((one) => one !== undefined);
  return since.length === stood.length ? Math.max(...since) : undefined;
}

function availableSince(
  { pods }: DeploymentObserved,
  { metadata, spec, status }: ReplicaSet,
): Milliseconds | undefined {
  const { replicas = 1, minReadySeconds = 0 } = spec;
  if (replicas === 0 || status?.replicas !== replicas || (status.availableReplicas ?? 0) < replicas) return undefined;
  const own = pods.filter((pod) => pod.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid));
  const ready = own.map(readySince).filter((one) => one !== undefined);
  // The pods may be seen later than what is counted of them.
  return ready.length < replicas ? undefined : Math.max(...ready) + minReadySeconds * 1000;
}

function readySince({ status }: Pod): Milliseconds | undefined {
  const ready = status?.conditions?.find((condition) => condition.type === 'Ready' && condition.status === 'True');
  const since = Date.parse(ready?.lastTransitionTime ?? '');
  return Number.isNaN(since) ? undefined : since;
}
