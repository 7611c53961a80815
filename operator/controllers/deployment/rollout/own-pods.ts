import type { Pod, ReplicaSet } from '../cluster-objects.ts';
import type { DeploymentObserved } from '../observed.ts';
import { revisionOf } from './revision-of.ts';

export interface OwnPods {
  readonly replicaSet?: ReplicaSet;
  readonly own: readonly Pod[];
}

/** The ReplicaSet of a revision, the desired one unless another is named, where it exists, and its pods. */
export function ownPods(observed: DeploymentObserved, revision = observed.delivery.plan.revision): OwnPods {
  const replicaSet = observed.replicaSets.find((one) => revisionOf(one) === revision);
  if (replicaSet === undefined) return { own: [] };
  const own = observed.pods.filter(({ metadata }) =>
    metadata.ownerReferences?.some(({ uid }) => uid === replicaSet.metadata.uid),
  );
  return { replicaSet, own };
}
