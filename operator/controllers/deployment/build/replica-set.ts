import type { Deployment } from '../../../api/generated/deployment.ts';
import { labels } from '../../../api/names.ts';
import { hashedName } from '../../../core/hash.ts';
import type { ReplicaSet } from '../cluster-objects.ts';
import type { FrozenPlan } from '../delivery/frozen-plan.ts';
import { ownerReference } from './owner-reference.ts';
import { podLabels, podTemplate } from './pod-template.ts';

export function replicaSetName(name: string, revision: string): string {
  return hashedName(name, revision);
}

/** One revision's pods. Its selector carries the revision, so that two revisions never count each other's pods. */
export function replicaSet(owner: Deployment, plan: FrozenPlan, replicas: number): ReplicaSet {
  const { name, namespace } = owner.metadata;
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: replicaSetName(name, plan.revision),
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...plan.template.metadata.labels, ...podLabels(name, plan.revision) },
      ownerReferences: [ownerReference(owner)],
    },
    spec: {
      replicas,
      ...(plan.minReadySeconds === 0 ? {} : { minReadySeconds: plan.minReadySeconds }),
      selector: {
        ...plan.selector,
        matchLabels: { ...plan.selector.matchLabels, [labels.revision]: plan.revision },
      },
      template: podTemplate(name, plan),
    },
  };
}
