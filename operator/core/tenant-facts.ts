import type { Tenant } from '../api/generated/tenant.ts';
import type { Json } from './json.ts';

/** What policies may know of the Tenant that owns a namespace: what it allows, and nothing of other tenants. */
export function tenantFacts(
  namespace: string,
  name: string,
  tenant: Tenant | undefined,
): { readonly name: string; readonly [fact: string]: Json } {
  if (tenant === undefined) return { name, namespace };
  const { podSecurity, registries, tools, experts } = tenant.spec;
  return {
    name,
    namespace,
    podSecurity: podSecurity ?? 'restricted',
    registries: registries?.allow ?? [],
    tools: tools?.allow ?? [],
    experts: experts?.allow ?? [],
  };
}
