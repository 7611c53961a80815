import type { Tenant } from '../../../api/generated/tenant.ts';
import { TENANT_SERVICE_ACCOUNT } from '../../../api/names.ts';
import type { KubeObject } from '../../../api/objects.ts';
import { guardrailMeta } from './guardrail-meta.ts';

/** The identity that the work of the Tenant is written under. No pod runs as it, so no pod gets its token. */
export function serviceAccount(
  tenant: Tenant,
  namespace: string,
): KubeObject & { readonly automountServiceAccountToken: false } {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: guardrailMeta(tenant.metadata.name, namespace, TENANT_SERVICE_ACCOUNT, 'door'),
    automountServiceAccountToken: false,
  };
}
