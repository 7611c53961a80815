import type { Deployment } from '../../../api/generated/deployment.ts';
import type { Tenant } from '../../../api/generated/tenant.ts';
import type { KubeObject } from '../../../api/objects.ts';
import { keyOf } from '../../../api/resources.ts';
import type { Reader } from '../../../ports/kube.ts';
import { ALONE, type ObservedOrder } from './observed-order.ts';

/** `dependsOn` has 16 names at most; a chain that is longer than this is no chain that anybody meant. */
const LONGEST_CHAIN = 64;

/** Looks at the others, where the object or its Tenant names any: most go by nobody, and cost nothing here. */
export function observeOrder(reader: Reader, object: Deployment, tenant: Tenant | undefined): ObservedOrder {
  const { group, dependsOn = [] } = object.spec;
  const limited = tenant?.spec.deliveries?.concurrent !== undefined;
  if (group === undefined && dependsOn.length === 0 && !limited) return ALONE;
  const { namespace = '', name: own } = object.metadata;
  const find = (name: string) => reader.get<Deployment>({ resource: 'Deployment', namespace, name });
  const cycle = cycleFrom(object, find);
  const named =
    group === undefined ? [] : reader.by<Deployment>('Deployment', 'group', keyOf({ namespace, name: group.name }));
  return {
    dependencies: dependsOn.map(({ name }) => {
      const found = find(name);
      return { name, ...(found === undefined ? {} : { found }) };
    }),
    ...(cycle === undefined ? {} : { cycle }),
    members: named.filter(({ metadata, spec }) => metadata.name !== own && spec.group?.release === group?.release),
    rivals: limited ? rivalsOf(reader, tenant, object) : [],
  };
}

/** Breadth first, so that the shortest way round is the one that is told. */
function cycleFrom(
  { metadata, spec }: Deployment,
  find: (name: string) => Deployment | undefined,
): readonly string[] | undefined {
  const ways = (spec.dependsOn ?? []).map(({ name }) => [metadata.name, name]);
  const seen = new Set<string>();
  for (const way of ways) {
    const last = way.at(-1) ?? '';
    if (last === metadata.name) return way;
    if (seen.has(last) || seen.size >= LONGEST_CHAIN) continue;
    seen.add(last);
    for (const { name } of find(last)?.spec.dependsOn ?? []) ways.push([...way, name]);
  }
  return undefined;
}

function rivalsOf(reader: Reader, tenant: Tenant, { metadata }: Deployment): readonly Deployment[] {
  const namespaces = reader.by<KubeObject>('Namespace', 'tenant', tenant.metadata.name);
  return namespaces
    .flatMap(({ metadata: { name } }) => reader.by<Deployment>('Deployment', 'namespace', name))
    .filter((other) => other.metadata.uid !== metadata.uid);
}
