import type { Tenant, TenantLimitRange } from '../../../api/generated/tenant.ts';
import type { KubeObject } from '../../../api/objects.ts';
import { guardrailMeta } from './guardrail-meta.ts';

export interface LimitRange extends KubeObject {
  readonly spec: { readonly limits: readonly ({ readonly type: 'Container' } & TenantLimitRange)[] };
}

/** Without it a quota alone refuses every pod that states no requests. */
const USUAL: TenantLimitRange = {
  default: { cpu: '1', memory: '512Mi' },
  defaultRequest: { cpu: '100m', memory: '128Mi' },
};

/** What a container gets that asks for nothing: the Tenant's own range as it is written, else the usual one. */
export function limitRange(tenant: Tenant, namespace: string): LimitRange {
  return {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: guardrailMeta(tenant.metadata.name, namespace, 'code-limits', 'wall'),
    spec: { limits: [{ type: 'Container', ...(tenant.spec.limitRange ?? USUAL) }] },
  };
}
