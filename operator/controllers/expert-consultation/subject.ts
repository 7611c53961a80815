import { TENANT_SERVICE_ACCOUNT } from '../../api/names.ts';
import type { Identity } from '../../core/action.ts';
import type { GateFacts } from '../../core/gate-input.ts';
import { tenantFacts } from '../../core/tenant-facts.ts';
import type { ObservedConsultation } from './observed.ts';

/** The tenant's ServiceAccount: what it may not read is no evidence. */
export function subject({ object }: Pick<ObservedConsultation, 'object'>): Identity {
  return { kind: 'service-account', namespace: object.metadata.namespace ?? '', name: TENANT_SERVICE_ACCOUNT };
}

export function gateFacts({ object, tenant }: ObservedConsultation): GateFacts {
  if (tenant === undefined) return {};
  return { tenant: tenantFacts(object.metadata.namespace ?? '', tenant.metadata.name, tenant) };
}
