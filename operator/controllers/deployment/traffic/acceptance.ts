import type { HttpRoute, ParentReference } from '../cluster-objects.ts';

const WANTED = ['Accepted', 'ResolvedRefs'] as const;

/**
 * Why the spec of a route is not in force, in words; `undefined` once every parent has accepted it at its generation. A
 * parent may be answered for by more than one controller: all of them count.
 */
export function acceptance({ metadata, spec, status }: HttpRoute): string | undefined {
  for (const parent of spec.parentRefs ?? []) {
    const who = `HTTPRoute ${metadata.name}: Gateway ${parent.name}`;
    const answers = (status?.parents ?? []).filter(({ parentRef }) =>
      isSame(parentRef, parent, metadata.namespace ?? ''),
    );
    if (answers.length === 0) return `${who} has not answered yet; does its controller run, and watch this namespace?`;
    for (const type of WANTED) {
      for (const { conditions = [] } of answers) {
        const found = conditions.find((condition) => condition.type === type);
        if (found === undefined || found.observedGeneration !== metadata.generation)
          return `${who} has not seen its last change yet`;
        if (found.status !== 'True')
          return `${who} says ${type} is ${found.status} (${found.reason ?? 'no reason'}): ${found.message ?? ''}`;
      }
    }
  }
  return undefined;
}

function isSame(one: ParentReference, other: ParentReference, home: string): boolean {
  const key = ({ group, kind, namespace, name, sectionName, port }: ParentReference) =>
    JSON.stringify([
      group ?? 'gateway.networking.k8s.io',
      kind ?? 'Gateway',
      namespace ?? home,
      name,
      sectionName ?? '',
      port ?? 0,
    ]);
  return key(one) === key(other);
}
