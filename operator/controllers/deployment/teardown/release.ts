import type { Action } from '../../../core/action.ts';
import { act, done } from '../../../core/decision.ts';
import type { Step } from '../../../core/room.ts';
import { type DeploymentObserved, tenantIdentity } from '../observed.ts';

/** Do the pods stay when this object goes? Orphan drops the owner references, so that garbage collection leaves them. */
export const release: Step<DeploymentObserved> = {
  name: 'release',
  condition: 'Released',
  safety: true,
  decide(observed) {
    if (observed.object.spec.deletionPolicy !== 'Orphan') {
      return done('NothingToRelease', 'garbage collection removes the ReplicaSets and their pods');
    }
    const [first, ...rest] = observed.replicaSets
      .filter(({ metadata }) => (metadata.ownerReferences ?? []).length > 0)
      .map(
        ({ metadata }): Action => ({
          type: 'patch-object',
          target: { resource: 'ReplicaSet', namespace: observed.namespace, name: metadata.name },
          resourceVersion: metadata.resourceVersion ?? '',
          patch: { metadata: { ownerReferences: null } },
          as: tenantIdentity(observed),
        }),
      );
    if (first === undefined) return done('Released', 'the ReplicaSets stand alone, their pods go on');
    return act('Releasing', 'leaving the ReplicaSets and their pods to themselves', first, ...rest);
  },
};
