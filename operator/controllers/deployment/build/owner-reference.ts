import { API_VERSION } from '../../../api/names.ts';
import type { CodeObject, OwnerReference } from '../../../api/objects.ts';

/** Garbage collection follows it, and events of the child wake the owner's key. */
export function ownerReference(owner: CodeObject): OwnerReference {
  return {
    apiVersion: API_VERSION,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}
