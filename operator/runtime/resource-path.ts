import { Bug } from '../api/errors.ts';
import type { KubeObject } from '../api/objects.ts';
import { apiVersionOf, type Reference, type Resource, type ResourceName, resources } from '../api/resources.ts';

/** Path of a collection: of one namespace, or of the whole cluster. */
export function collectionPath(name: ResourceName, namespace?: string): string {
  const resource: Resource = resources[name];
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${resource.plural}`;
}

/** Path of one object, or of a subresource of it. */
export function objectPath(reference: Reference, subresource?: string): string {
  const path = `${collectionPath(reference.resource, reference.namespace)}/${encodeURIComponent(reference.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** As RBAC writes it: `replicasets.apps`, `pods`. */
export function rbacName(name: ResourceName, subresource?: string): string {
  const resource: Resource = resources[name];
  const group = resource.group === '' ? '' : `.${resource.group}`;
  return `${resource.plural}${group}${subresource === undefined ? '' : `/${subresource}`}`;
}

/** Where an object lives. @throws Bug when it is of a kind that `api/resources.ts` does not list. */
export function referenceTo(object: KubeObject): Reference {
  for (const [name, resource] of Object.entries(resources) as [ResourceName, Resource][]) {
    // border: Object.entries forgets the keys' union
    if (resource.kind !== object.kind || apiVersionOf(resource) !== object.apiVersion) continue;
    const { namespace } = object.metadata;
    return { resource: name, ...(namespace === undefined ? {} : { namespace }), name: object.metadata.name };
  }
  throw new Bug(
    'UnknownKind',
    `could not find the path of ${object.apiVersion} ${object.kind}: add it to operator/api/resources.ts`,
  );
}
