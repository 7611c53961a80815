import type { RoleSubject, Tenant } from '../../../api/generated/tenant.ts';
import {
  OPERATOR_SERVICE_ACCOUNT,
  SYSTEM_NAMESPACE,
  TENANT_IDENTITY_ROLE,
  TENANT_OWNER_ROLES,
  TENANT_SERVICE_ACCOUNT,
  TENANT_WORKLOAD_ROLE,
} from '../../../api/names.ts';
import type { KubeObject } from '../../../api/objects.ts';
import { guardrailMeta } from './guardrail-meta.ts';

type Subject =
  | { readonly kind: 'User' | 'Group'; readonly apiGroup: 'rbac.authorization.k8s.io'; readonly name: string }
  | { readonly kind: 'ServiceAccount'; readonly namespace: string; readonly name: string };

export interface RoleBinding extends KubeObject {
  readonly roleRef: {
    readonly apiGroup: 'rbac.authorization.k8s.io';
    readonly kind: 'ClusterRole';
    readonly name: string;
  };
  readonly subjects: readonly Subject[];
}

/** What the work may do, and who may act as its identity: the doors that deliveries go through. */
export function deliveryBindings(tenant: Tenant, namespace: string): readonly RoleBinding[] {
  const workload = { kind: 'ServiceAccount', namespace, name: TENANT_SERVICE_ACCOUNT } as const;
  const operator = { kind: 'ServiceAccount', namespace: SYSTEM_NAMESPACE, name: OPERATOR_SERVICE_ACCOUNT } as const;
  return [
    binding(tenant, namespace, TENANT_WORKLOAD_ROLE, [workload]),
    binding(tenant, namespace, TENANT_IDENTITY_ROLE, [operator]),
  ];
}

/** What people may do: the Tenant's owners by their roles, and whomever its `spec.roles` names. */
export function peopleBindings(tenant: Tenant, namespace: string): readonly RoleBinding[] {
  const { owners, roles = [] } = tenant.spec;
  const owning = (['Owner', 'Editor', 'Viewer'] as const).map((role) => ({
    clusterRole: TENANT_OWNER_ROLES[role],
    subjects: owners.filter((owner) => (owner.role ?? 'Owner') === role),
  }));
  return [...owning, ...roles]
    .filter(({ subjects }) => subjects.length > 0)
    .map(({ clusterRole, subjects }) => binding(tenant, namespace, clusterRole, subjects.map(subject)));
}

/** Two Tenants never meet in one namespace and a role is bound once, so the role's name is name enough. */
function binding(tenant: Tenant, namespace: string, role: string, subjects: readonly Subject[]): RoleBinding {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: guardrailMeta(tenant.metadata.name, namespace, role.replace(':', '-'), 'door'),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects,
  };
}

function subject({ kind, name, namespace }: RoleSubject): Subject {
  return kind === 'ServiceAccount'
    ? { kind, name, namespace: namespace ?? '' }
    : { kind, name, apiGroup: 'rbac.authorization.k8s.io' };
}
