import type { Deployment } from '../../../api/generated/deployment.ts';
import { labels } from '../../../api/names.ts';
import { canonicalJson, hashedName } from '../../../core/hash.ts';
import type { Json } from '../../../core/json.ts';
import type { ControllerRevision } from '../cluster-objects.ts';
import type { FrozenPlan } from '../delivery/frozen-plan.ts';
import { ownerReference } from './owner-reference.ts';
import { podLabels } from './pod-template.ts';

export function planName(name: string, hash: string): string {
  return hashedName(name, hash);
}

/**
 * Keeps a plan whole: the API server makes `data` immutable, and the reviewers read it as evidence. Its keys are in the order in
 * which the API server writes them: it compares bytes.
 */
export function controllerRevision(owner: Deployment, plan: FrozenPlan): ControllerRevision {
  const { name, namespace } = owner.metadata;
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: planName(name, plan.hash),
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...podLabels(name, plan.revision), [labels.plan]: plan.hash },
      ownerReferences: [ownerReference(owner)],
    },
    revision: owner.metadata.generation ?? 1,
    data: JSON.parse(canonicalJson(plan)) as Json, // border: JSON.parse gives JSON
  };
}
