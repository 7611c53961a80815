/** The roles that admins give to people: generated into `config/rbac/ready-roles.yaml` like the operator's own rights. */
import { GROUP, OFFERED_ROLES } from './names.ts';
import { READ_ONLY_TOOLS, type Right } from './verbs.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** A role that admins give to people; `aggregateTo` puts it into the role of that name that Kubernetes brings. */
export interface ReadyRole {
  readonly name: string;
  readonly aggregateTo?: 'view' | 'edit' | 'admin';
  readonly rights: readonly Omit<Right, 'scope'>[];
}

const READ = ['get', 'list', 'watch'] as const;
const WRITE = ['create', 'update', 'patch', 'delete'] as const;
const see: ReadyRole['rights'] = [
  { group: GROUP, resource: 'deployments', verbs: READ, why: 'see deliveries' },
  { group: GROUP, resource: 'deployments/status', verbs: ['get'], why: 'see deliveries' },
  { group: GROUP, resource: 'expertconsultations', verbs: READ, why: 'see reviews' },
];
const deliver: ReadyRole['rights'] = [
  {
    group: GROUP,
    resource: 'deployments',
    verbs: [...WRITE, 'promote', 'retry', 'abort'],
    why: 'deliver, and steer a delivery',
  },
  { group: GROUP, resource: 'deployments/scale', verbs: ['get', 'update', 'patch'], why: 'kubectl scale' },
  { group: GROUP, resource: 'expertconsultations', verbs: WRITE, why: 'ask experts' },
  { group: GROUP, resource: 'tools', verbs: ['invoke'], names: READ_ONLY_TOOLS, why: 'name tools that only read' },
];

export const readyRoles: readonly ReadyRole[] = [
  { name: 'code:viewer', aggregateTo: 'view', rights: see },
  { name: 'code:operator', aggregateTo: 'edit', rights: [...see, ...deliver] },
  {
    name: 'code:admin',
    aggregateTo: 'admin',
    rights: [...see, ...deliver, { group: GROUP, resource: 'tools', verbs: ['invoke'], why: 'name any tool' }],
  },
  {
    name: 'code:approver',
    rights: [
      ...see,
      {
        group: GROUP,
        resource: 'expertconsultations',
        verbs: ['update', 'patch', 'answer'],
        why: 'answer as a human expert',
      },
    ],
  },
  {
    name: 'code:ci',
    rights: [
      {
        group: GROUP,
        resource: 'deployments',
        verbs: ['get', 'list', 'watch', 'create', 'patch'],
        why: 'deliver from a pipeline',
      },
      { group: GROUP, resource: 'tools', verbs: ['invoke'], names: READ_ONLY_TOOLS, why: 'name tools that only read' },
    ],
  },
  {
    name: 'code:platform',
    rights: [
      {
        group: GROUP,
        resource: 'tenants',
        verbs: [...READ, ...WRITE, 'approve', 'adopt', 'claim', 'guard'],
        why: 'run tenants',
      },
      { group: GROUP, resource: 'tenants/status', verbs: ['get'], why: 'see tenants' },
      {
        group: RBAC,
        resource: 'clusterroles',
        verbs: ['bind'],
        names: OFFERED_ROLES,
        why: 'name these roles in spec.roles of a Tenant',
      },
    ],
  },
  { name: 'code:tenant-viewer', rights: [{ group: '', resource: 'pods', verbs: READ, why: 'see pods' }, ...see] },
  {
    name: 'code:tenant-editor',
    rights: [
      ...see,
      ...deliver,
      { group: '', resource: 'pods', verbs: READ, why: 'see pods' },
      { group: '', resource: 'pods/log', verbs: ['get'], why: 'read logs' },
      { group: '', resource: 'configmaps', verbs: [...READ, ...WRITE], why: 'configure' },
      { group: '', resource: 'services', verbs: [...READ, ...WRITE], why: 'expose' },
    ],
  },
  {
    name: 'code:tenant-owner',
    rights: [
      ...see,
      ...deliver,
      { group: '', resource: 'pods', verbs: [...READ, 'delete'], why: 'see and restart pods' },
      { group: '', resource: 'pods/log', verbs: ['get'], why: 'read logs' },
      { group: '', resource: 'configmaps', verbs: [...READ, ...WRITE], why: 'configure' },
      { group: '', resource: 'secrets', verbs: [...READ, ...WRITE], why: 'keep secrets' },
      { group: '', resource: 'services', verbs: [...READ, ...WRITE], why: 'expose' },
      { group: '', resource: 'resourcequotas', verbs: READ, why: 'see the walls' },
      { group: '', resource: 'limitranges', verbs: READ, why: 'see the walls' },
      {
        group: 'networking.k8s.io',
        resource: 'networkpolicies',
        verbs: [...READ, ...WRITE],
        why: 'tighten the network; admission keeps the walls',
      },
      { group: RBAC, resource: 'roles', verbs: [...READ, ...WRITE], why: 'share rights inside the namespace' },
      {
        group: RBAC,
        resource: 'rolebindings',
        verbs: [...READ, ...WRITE],
        why: 'share rights inside the namespace; admission keeps the walls',
      },
    ],
  },
];
