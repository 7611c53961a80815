import type { Action } from '../../../core/action.ts';
import type { ReplicaSet } from '../cluster-objects.ts';
import { copyName, type FrozenConfig } from '../delivery/frozen-config.ts';
import { type DeploymentObserved, planOfRevision, tenantIdentity } from '../observed.ts';
import { revisionOf } from '../rollout/revision-of.ts';

/**
 * The copies that ReplicaSets of ours lack: one that was deleted is made again while its source holds the same, one that
 * another revision brought gets this one as an owner too. A ReplicaSet is created without pods and scaled after this, so no
 * copy is without an owner and no pod without its config, wherever the process ends in between.
 */
export function copyActions(observed: DeploymentObserved): readonly Action[] {
  return observed.replicaSets
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .flatMap((one) => configOf(observed, revisionOf(one)).flatMap((config) => copyAction(observed, one, config)));
}

/** What a revision froze; nothing where the plan that says so is gone. */
export function configOf({ delivery, plans }: DeploymentObserved, revision: string): readonly FrozenConfig[] {
  const plan = delivery.plan.revision === revision ? delivery.plan : planOfRevision(plans, revision);
  return plan?.config ?? [];
}

function copyAction(observed: DeploymentObserved, owner: ReplicaSet, config: FrozenConfig): readonly Action[] {
  const copy = copyName(config);
  const { sight, renewable = false } =
    observed.config.copies.find((one) => one.kind === config.kind && copyName(one) === copy) ?? {};
  const { name, uid = '' } = owner.metadata;
  // One that is gone for good is told by the pods that wait for it.
  if (sight === undefined || sight.state === 'refused' || (sight.state === 'absent' && !renewable)) return [];
  const kept = sight.state === 'present' && sight.digest === config.digest && sight.immutable;
  if (kept && sight.owners.includes(uid)) return [];
  return [
    {
      type: 'copy-config',
      kind: config.kind,
      namespace: observed.namespace,
      source: config.name,
      digest: config.digest,
      copy,
      owner: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid },
      as: tenantIdentity(observed),
    },
  ];
}
