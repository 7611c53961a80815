import { type Identity, OPERATOR } from '../../core/action.ts';
import type { GateFacts } from '../../core/gate-input.ts';
import { type ObservedTenant, tenantOf } from './observed.ts';

/** The walls of a tenant are the operator's own work: the only objects of others' namespaces that it writes as itself. */
export function subject(): Identity {
  return OPERATOR;
}

/** Which namespaces carry the Tenant's label, beside those that its spec names. */
export function gateFacts({ object, namespaces }: ObservedTenant): GateFacts {
  const { name } = object.metadata;
  const labelled = namespaces.filter((namespace) => tenantOf(namespace) === name);
  return { tenant: { name, namespaces: labelled.map(({ metadata }) => metadata.name).sort() } };
}
