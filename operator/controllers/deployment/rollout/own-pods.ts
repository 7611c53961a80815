import type { Pod, ReplicaSet } from '../cluster-objects.ts';
import type { DeploymentObserved } from '../observed.ts';
import { revisionOf } from './revision-of.ts';

/** The ReplicaSet of the desired revision, where it exists, and its pods. */
export function ownPods(observed: DeploymentObserved): {
  readonly replicaSet?: ReplicaSet;
  readonly own: readonly Pod[];
} {
  const replicaSet = observed.replicaSets.find((one) => revisionOf(one) === observed.delivery.plan.revision);
  if (replicaSet === undefined) return { own: [] };
  const own = observed.pods.filter(({ metadata }) =>
    metadata.ownerReferences?.some(({ uid }) => uid === replicaSet.metadata.uid),
  );
  return { replicaSet, own };
}
