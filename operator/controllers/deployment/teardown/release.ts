import type { KubeObject } from '../../../api/objects.ts';
import type { Action } from '../../../core/action.ts';
import { act, done } from '../../../core/decision.ts';
import type { Step } from '../../../core/room.ts';
import type { ReplicaSet } from '../cluster-objects.ts';
import { deleteChild } from '../delete-child.ts';
import { type DeploymentObserved, tenantIdentity } from '../observed.ts';
import { isBaseline } from '../rollout/is-baseline.ts';
import { giveBack, giveRoutesBack } from '../traffic/give-back.ts';

/** Do the pods stay when this object goes? Orphan drops the owner references, so that garbage collection leaves them. */
export const release: Step<DeploymentObserved> = {
  name: 'release',
  condition: 'Released',
  safety: true,
  decide(observed) {
    if (observed.object.spec.deletionPolicy !== 'Orphan') {
      const [borrowed, ...others] = giveBack(observed);
      return borrowed === undefined
        ? done('NothingToRelease', 'garbage collection removes the ReplicaSets and their pods')
        : act('Releasing', 'giving back what Git owns', borrowed, ...others);
    }
    const [first, ...rest] = [
      ...giveRoutesBack(observed),
      ...observed.replicaSets.flatMap((one) =>
        // Nobody would take its pods away.
        isBaseline(one) ? removed(observed, one) : disowned(observed, 'ReplicaSet', one),
      ),
      ...observed.services.flatMap((one) => disowned(observed, 'Service', one)),
      ...observed.routes.flatMap((one) => disowned(observed, 'HTTPRoute', one)),
    ];
    if (first === undefined) return done('Released', 'the ReplicaSets stand alone, their pods go on');
    return act('Releasing', 'leaving the ReplicaSets, their pods and their traffic to themselves', first, ...rest);
  },
};

function disowned(
  observed: DeploymentObserved,
  resource: 'ReplicaSet' | 'Service' | 'HTTPRoute',
  { metadata }: KubeObject,
): readonly Action[] {
  if ((metadata.ownerReferences ?? []).length === 0) return [];
  return [
    {
      type: 'patch-object',
      target: { resource, namespace: observed.namespace, name: metadata.name },
      resourceVersion: metadata.resourceVersion ?? '',
      patch: { metadata: { ownerReferences: null } },
      as: tenantIdentity(observed),
    },
  ];
}

function removed(observed: DeploymentObserved, one: ReplicaSet): readonly Action[] {
  return one.metadata.deletionTimestamp === undefined ? [deleteChild(observed, 'ReplicaSet', one)] : [];
}
