import type { Tenant } from '../../api/generated/tenant.ts';
import { labels } from '../../api/names.ts';
import type { KubeObject } from '../../api/objects.ts';
import type { Observed } from '../../core/room.ts';

export interface Namespace extends KubeObject {
  readonly kind: 'Namespace';
}

export interface ResourceQuota extends KubeObject {
  readonly kind: 'ResourceQuota';
  readonly spec?: { readonly hard?: Amounts };
  readonly status?: { readonly hard?: Amounts; readonly used?: Amounts };
}

/** Quantities by the keys of a ResourceQuota. */
export type Amounts = Readonly<Record<string, string | number>>;

export interface ObservedTenant extends Observed {
  readonly object: Tenant;
  /** Every namespace that carries the Tenant's label, or that its spec names and that exists. */
  readonly namespaces: readonly Namespace[];
  /** Guardrail objects of the namespaces that carry the label, by `guardrailKey`. */
  readonly guardrails: ReadonlyMap<string, KubeObject>;
  /** UIDs of the namespaces this pass deleted: they may still be read, but are on their way. */
  readonly going: readonly string[];
}

export function guardrailKey(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

/** The Tenant that an object's label names. */
export function tenantOf(object: KubeObject): string | undefined {
  return object.metadata.labels?.[labels.tenant];
}

/** The guardrail object of that name, if it is one of this Tenant. */
export function guardrail(observed: ObservedTenant, kind: string, namespace: string, name: string) {
  const found = observed.guardrails.get(guardrailKey(kind, namespace, name));
  return found !== undefined && tenantOf(found) === observed.object.metadata.name ? found : undefined;
}
