/** The only file of this room that awaits, though the caches hold all it needs. */
import type { Tenant } from '../../api/generated/tenant.ts';
import type { CodeObject, KubeObject } from '../../api/objects.ts';
import type { Doors } from '../../ports/doors.ts';
import { guardrailKinds } from './build/guardrail-kinds.ts';
import { guardrailKey, type Namespace, type ObservedTenant, tenantOf } from './observed.ts';

export async function observe(object: CodeObject, { reader }: Doors): Promise<ObservedTenant> {
  const tenant = object as Tenant; // border: parsed against its schema by the engine
  const { name } = tenant.metadata;
  const { create = [], adopt } = tenant.spec.namespaces ?? {};
  const labelled = reader.by<Namespace>('Namespace', 'tenant', name);
  const named = [...create, ...(adopt?.names ?? [])].flatMap(
    (wanted) => reader.get<Namespace>({ resource: 'Namespace', name: wanted }) ?? [],
  );
  const namespaces = new Map([...labelled, ...named].map((namespace) => [namespace.metadata.name, namespace]));
  const guardrails = labelled
    .filter((namespace) => tenantOf(namespace) === name)
    .flatMap(({ metadata }) =>
      guardrailKinds.flatMap((kind) => reader.by<KubeObject>(kind, 'namespace', metadata.name)),
    );
  return {
    object: tenant,
    namespaces: [...namespaces.values()],
    guardrails: new Map(
      guardrails.map((found) => [guardrailKey(found.kind, found.metadata.namespace ?? '', found.metadata.name), found]),
    ),
    going: [],
  };
}
