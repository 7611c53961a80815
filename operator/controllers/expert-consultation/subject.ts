import { TENANT_SERVICE_ACCOUNT } from '../../api/names.ts';
import type { Identity } from '../../core/action.ts';
import type { GateFacts } from '../../core/gate-input.ts';
import { plain } from '../../core/merge-patch.ts';
import type { ObservedConsultation } from './observed.ts';

/** The tenant's ServiceAccount: what it may not read is no evidence. */
export function subject({ object }: Pick<ObservedConsultation, 'object'>): Identity {
  return { kind: 'service-account', namespace: object.metadata.namespace ?? '', name: TENANT_SERVICE_ACCOUNT };
}

export function gateFacts({ tenant }: ObservedConsultation): GateFacts {
  if (tenant === undefined) return {};
  const allow = tenant.spec.experts?.allow ?? [];
  return { tenant: { name: tenant.metadata.name, experts: plain({ allow }) } };
}
