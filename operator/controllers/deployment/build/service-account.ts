import { labels, TENANT_SERVICE_ACCOUNT } from '../../../api/names.ts';
import type { KubeObject } from '../../../api/objects.ts';

/** The identity of the work in a namespace without a Tenant. No pod runs as it, so no pod gets its token. */
export function serviceAccount(namespace: string): KubeObject & { readonly automountServiceAccountToken: false } {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: TENANT_SERVICE_ACCOUNT, namespace, labels: { [labels.guardrail]: 'identity' } },
    automountServiceAccountToken: false,
  };
}
