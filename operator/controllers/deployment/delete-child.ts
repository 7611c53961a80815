import type { KubeObject } from '../../api/objects.ts';
import type { ResourceName } from '../../api/resources.ts';
import type { Action } from '../../core/action.ts';
import { type DeploymentObserved, tenantIdentity } from './observed.ts';

/** The deletion of the very object that was read. */
export function deleteChild(observed: DeploymentObserved, resource: ResourceName, { metadata }: KubeObject): Action {
  return {
    type: 'delete-object',
    target: { resource, namespace: observed.namespace, name: metadata.name },
    uid: metadata.uid ?? '',
    // Emptiness decided: if it has been scaled since, it stays.
    ...(resource === 'ReplicaSet' ? { resourceVersion: metadata.resourceVersion ?? '' } : {}),
    propagation: 'Background',
    as: tenantIdentity(observed),
  };
}
