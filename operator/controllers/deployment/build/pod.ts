import type { Deployment } from '../../../api/generated/deployment.ts';
import type { KubeObject } from '../../../api/objects.ts';
import { hashedName } from '../../../core/hash.ts';
import type { FrozenPlan } from '../delivery/frozen-plan.ts';
import { podTemplate } from './pod-template.ts';

/** One pod of the template, for the dry run only: Pod Security, LimitRange and quota judge pods, not ReplicaSets. */
export function pod(owner: Deployment, plan: FrozenPlan): KubeObject & { readonly spec: object } {
  const { name, namespace } = owner.metadata;
  const { metadata, spec } = podTemplate(name, plan);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata,
      name: hashedName(name, `${plan.revision}-dry-run`),
      ...(namespace === undefined ? {} : { namespace }),
    },
    spec,
  };
}
