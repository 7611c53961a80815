import {
  labels,
  OPERATOR_SERVICE_ACCOUNT,
  SYSTEM_NAMESPACE,
  TENANT_IDENTITY_ROLE,
  TENANT_SERVICE_ACCOUNT,
  TENANT_WORKLOAD_ROLE,
} from '../../../api/names.ts';
import type { RoleBinding } from '../cluster-objects.ts';

interface BoundRole extends RoleBinding {
  readonly subjects: readonly { readonly kind: 'ServiceAccount'; readonly namespace: string; readonly name: string }[];
}

/** What the work may do: the tenant's identity holds the workload role in its own namespace. */
export function workloadBinding(namespace: string): BoundRole {
  return binding(namespace, TENANT_WORKLOAD_ROLE, { namespace, name: TENANT_SERVICE_ACCOUNT });
}

/** Who may act as it: the operator, and as nobody else there. */
export function identityBinding(namespace: string): BoundRole {
  return binding(namespace, TENANT_IDENTITY_ROLE, { namespace: SYSTEM_NAMESPACE, name: OPERATOR_SERVICE_ACCOUNT });
}

function binding(namespace: string, role: string, subject: { namespace: string; name: string }): BoundRole {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: role.replace(':', '-'), namespace, labels: { [labels.guardrail]: 'identity' } },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [{ kind: 'ServiceAccount', ...subject }],
  };
}
