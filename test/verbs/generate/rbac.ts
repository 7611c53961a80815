import {
  OPERATOR_SERVICE_ACCOUNT,
  SYSTEM_NAMESPACE,
  TENANT_IDENTITY_ROLE,
  TENANT_WORKLOAD_ROLE,
} from '../../../operator/api/names.ts';
import { readyRoles } from '../../../operator/api/ready-roles.ts';
import { type Right, rights, type VerbScope } from '../../../operator/api/verbs.ts';
import type { Generated } from './generated.ts';

type Rule = Omit<Right, 'scope'>;

const HEADER = '# Generated from operator/api/verbs.ts by `npm run generate`: change the table, not this file.\n';

/** `config/rbac`: the operator's own rights, the two roles of tenant identity, and the roles that admins give to people. */
export function generateRbac(): readonly Generated[] {
  const of = (scope: VerbScope): readonly Rule[] => rights.filter((right) => right.scope === scope);
  return [
    file('service-account', serviceAccount()),
    file('operator', [
      role('ClusterRole', 'code-operator', of('cluster')),
      binding('ClusterRoleBinding', 'code-operator', 'ClusterRole'),
      role('Role', 'code-operator', of('system-namespace')),
      binding('RoleBinding', 'code-operator', 'Role'),
    ]),
    file('tenant-identity', [
      role('ClusterRole', TENANT_IDENTITY_ROLE, of('tenant-identity')),
      role('ClusterRole', TENANT_WORKLOAD_ROLE, of('tenant-workload')),
    ]),
    file(
      'ready-roles',
      readyRoles.map(({ name, aggregateTo, rights: rules }) => role('ClusterRole', name, rules, aggregateTo)),
    ),
  ];
}

function file(name: string, documents: readonly string[]): Generated {
  return { path: `config/rbac/${name}.yaml`, text: HEADER + documents.join('---\n') };
}

function serviceAccount(): readonly string[] {
  return [
    `apiVersion: v1
kind: ServiceAccount
metadata:
  name: ${OPERATOR_SERVICE_ACCOUNT}
  namespace: ${SYSTEM_NAMESPACE}
`,
  ];
}

function role(kind: 'ClusterRole' | 'Role', name: string, rules: readonly Rule[], aggregateTo?: string): string {
  const labels =
    aggregateTo === undefined ? '' : `  labels:\n    rbac.authorization.k8s.io/aggregate-to-${aggregateTo}: "true"\n`;
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata:
  name: ${quoted(name)}
${kind === 'Role' ? `  namespace: ${SYSTEM_NAMESPACE}\n` : ''}${labels}rules:
${rules.map(rule).join('')}`;
}

function rule({ group, resource, verbs, names, why }: Rule): string {
  const list = (items: readonly string[]) => `[${items.map(quoted).join(', ')}]`;
  return `# ${why}
- apiGroups: ["${group}"]
  resources: ${list([resource])}
${names === undefined ? '' : `  resourceNames: ${list(names)}\n`}  verbs: ${list(verbs)}
`;
}

function binding(kind: 'ClusterRoleBinding' | 'RoleBinding', name: string, roleKind: string): string {
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata:
  name: ${name}
${kind === 'RoleBinding' ? `  namespace: ${SYSTEM_NAMESPACE}\n` : ''}roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ${roleKind}
  name: ${name}
subjects:
- kind: ServiceAccount
  name: ${OPERATOR_SERVICE_ACCOUNT}
  namespace: ${SYSTEM_NAMESPACE}
`;
}

/** A name with a colon is quoted: YAML would read some of them as maps. */
function quoted(text: string): string {
  return /[:.]/.test(text) ? `"${text}"` : text;
}
