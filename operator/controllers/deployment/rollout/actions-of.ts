import type { Action } from '../../../core/action.ts';
import { replicaSet } from '../build/replica-set.ts';
import type { FrozenPlan } from '../delivery/frozen-plan.ts';
import { type DeploymentObserved, tenantIdentity } from '../observed.ts';
import type { Intent } from './world.ts';
import { revisionOf } from './world-of.ts';

/** Intents as writes: a creation is safe by its name, a scale by the version that was read. `plan` is the target's. */
export function actionsOf(
  intents: readonly Intent[],
  observed: DeploymentObserved,
  plan: FrozenPlan,
): readonly Action[] {
  return intents.flatMap((intent) => actionsOfOne(intent, observed, plan));
}

function actionsOfOne(intent: Intent, observed: DeploymentObserved, plan: FrozenPlan): readonly Action[] {
  switch (intent.kind) {
    case 'create': {
      const object = replicaSet(observed.object, plan, intent.size);
      return [{ type: 'create-object', object, as: tenantIdentity(observed) }];
    }
    case 'scale':
      return scale(observed, intent.revision, intent.to);
    case 'wait':
      return [];
  }
}

function scale(observed: DeploymentObserved, revision: string, replicas: number): Action[] {
  const found = observed.replicaSets.find((candidate) => revisionOf(candidate) === revision);
  if (found === undefined) return [];
  const { name, resourceVersion = '' } = found.metadata;
  return [
    {
      type: 'patch-object',
      target: { resource: 'ReplicaSet', namespace: observed.namespace, name },
      resourceVersion,
      patch: { spec: { replicas } },
      as: tenantIdentity(observed),
    },
  ];
}
