import { Bug } from '../api/errors.ts';
import type { KubeObject } from '../api/objects.ts';
import { apiVersionOf, type Reference, type ResourceName, resources } from '../api/resources.ts';

const byKind = new Map(
  Object.entries(resources).map(([name, resource]) => [
    `${apiVersionOf(resource)}/${resource.kind}`,
    name as ResourceName, // border: Object.entries forgets the keys' type
  ]),
);

/** The reference of an object of one of the kinds in `api/resources.ts`. @throws Bug for any other kind. */
export function referenceOf(object: KubeObject): Reference {
  const resource = byKind.get(`${object.apiVersion}/${object.kind}`);
  if (resource === undefined)
    throw new Bug('UnknownKind', `${object.apiVersion} ${object.kind} is not in api/resources.ts`);
  const { name, namespace } = object.metadata;
  return { resource, name, ...(namespace === undefined ? {} : { namespace }) };
}
