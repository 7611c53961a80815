import type { Tenant } from '../../../api/generated/tenant.ts';
import type { Amounts, ResourceQuota } from '../observed.ts';
import { guardrailMeta } from './guardrail-meta.ts';

export const QUOTA_NAME = 'code-quota';

/** What one namespace may use of the Tenant's quota. */
export function resourceQuota(tenant: Tenant, namespace: string, hard: Amounts): ResourceQuota {
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: guardrailMeta(tenant.metadata.name, namespace, QUOTA_NAME, 'wall'),
    spec: { hard },
  };
}
