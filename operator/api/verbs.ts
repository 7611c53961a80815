/**
 * The verb table: every right the operator uses, with where it holds and why. `npm run generate` writes `config/rbac` from
 * it, and a test compares it with the verbs that the API server's audit log shows: granted minus used is empty.
 */
import {
  GROUP,
  OFFERED_ROLES,
  TENANT_IDENTITY_ROLE,
  TENANT_OWNER_ROLES,
  TENANT_SERVICE_ACCOUNT,
  TENANT_WORKLOAD_ROLE,
} from './names.ts';

/**
 * `cluster`: held by the operator everywhere. `system-namespace`: by the operator in its own namespace. `tenant-identity`:
 * by the operator in namespaces that are bound to it. `tenant-workload`: by the tenant's ServiceAccount in its namespace.
 */
export type VerbScope = 'cluster' | 'system-namespace' | 'tenant-identity' | 'tenant-workload';

export interface Right {
  readonly scope: VerbScope;
  readonly group: string;
  /** With its subresource: `deployments/status`. */
  readonly resource: string;
  readonly verbs: readonly string[];
  /** Only objects of these names. */
  readonly names?: readonly string[];
  /** One sentence: becomes the comment of the rule. */
  readonly why: string;
}

/** Tools that only read: what a delivery may call without further rights. A test compares it with the servers' own list. */
export const READ_ONLY_TOOLS = [
  'kubernetes.get',
  'kubernetes.list',
  'kubernetes.events',
  'kubernetes.can_i',
  'kubernetes.rollout_status',
  'security.scan_manifest',
  'policy.evaluate',
] as const;

const WATCH = ['list', 'watch'] as const;
const RBAC = 'rbac.authorization.k8s.io';

/** ClusterRoles that the operator may bind in tenant namespaces. */
export const BINDABLE_ROLES = [
  TENANT_WORKLOAD_ROLE,
  TENANT_IDENTITY_ROLE,
  ...OFFERED_ROLES,
  ...Object.values(TENANT_OWNER_ROLES),
];

export const rights: readonly Right[] = [
  // Our own kinds.
  ...(['deployments', 'expertconsultations', 'tenants'] as const).flatMap((resource): Right[] => [
    {
      scope: 'cluster',
      group: GROUP,
      resource,
      verbs: ['get', ...WATCH],
      why: `the cache of ${resource}, and the newest state where the cache is behind`,
    },
    {
      scope: 'cluster',
      group: GROUP,
      resource: `${resource}/status`,
      verbs: ['patch'],
      why: 'the one status write of a pass',
    },
  ]),
  {
    scope: 'cluster',
    group: GROUP,
    resource: 'deployments',
    verbs: ['patch'],
    why: 'the finalizer of a delivery that must be cleaned up after',
  },
  {
    scope: 'cluster',
    group: GROUP,
    resource: 'deployments/finalizers',
    verbs: ['update'],
    why: 'owner references that block the deletion of a Deployment',
  },
  { scope: 'cluster', group: GROUP, resource: 'tenants', verbs: ['patch'], why: 'the finalizer of a tenant' },
  // What deliveries are made of: read by the operator, written by the tenant.
  { scope: 'cluster', group: 'apps', resource: 'replicasets', verbs: ['get', ...WATCH], why: 'the cache of revisions' },
  {
    scope: 'cluster',
    group: 'apps',
    resource: 'controllerrevisions',
    verbs: ['get', ...WATCH],
    why: 'the cache of frozen plans',
  },
  {
    scope: 'cluster',
    group: '',
    resource: 'pods',
    verbs: ['get', ...WATCH],
    why: 'the cache of pods of revisions: why one is not ready',
  },
  {
    scope: 'cluster',
    group: '',
    resource: 'services',
    verbs: ['get', ...WATCH],
    why: 'the cache of Services that a delivery switches, and those that Git owns before they are ours',
  },
  {
    scope: 'cluster',
    group: 'discovery.k8s.io',
    resource: 'endpointslices',
    verbs: [...WATCH],
    why: 'which pods a Service really sends traffic to',
  },
  {
    scope: 'cluster',
    group: 'gateway.networking.k8s.io',
    resource: 'httproutes',
    verbs: ['get', ...WATCH],
    why: 'the cache of routes that split traffic, and those that Git owns before we change their weights',
  },
  {
    scope: 'cluster',
    group: 'autoscaling',
    resource: 'horizontalpodautoscalers',
    verbs: [...WATCH],
    why: 'which Deployment an autoscaler scales',
  },
  {
    scope: 'cluster',
    group: 'batch',
    resource: 'jobs',
    verbs: ['get', ...WATCH],
    why: 'the cache of Jobs that measure: what became of them',
  },
  // Walls of tenants.
  {
    scope: 'cluster',
    group: '',
    resource: 'namespaces',
    verbs: ['get', ...WATCH, 'create', 'patch', 'delete'],
    why: 'namespaces of tenants; admission (code-operator-bounds) keeps it to labelled ones',
  },
  {
    scope: 'cluster',
    group: '',
    resource: 'serviceaccounts',
    verbs: ['get', ...WATCH, 'create', 'patch'],
    why: `ServiceAccount ${TENANT_SERVICE_ACCOUNT}, the identity of tenant work`,
  },
  {
    scope: 'cluster',
    group: '',
    resource: 'resourcequotas',
    verbs: ['get', ...WATCH, 'create', 'patch'],
    why: 'the quota of a tenant namespace',
  },
  {
    scope: 'cluster',
    group: '',
    resource: 'limitranges',
    verbs: ['get', ...WATCH, 'create', 'patch'],
    why: 'the defaults of a tenant namespace',
  },
  {
    scope: 'cluster',
    group: 'networking.k8s.io',
    resource: 'networkpolicies',
    verbs: ['get', ...WATCH, 'create', 'patch'],
    why: 'the isolation of a tenant namespace',
  },
  {
    scope: 'cluster',
    group: RBAC,
    resource: 'rolebindings',
    verbs: ['get', ...WATCH, 'create', 'patch'],
    why: 'who may do what in a tenant namespace',
  },
  {
    scope: 'cluster',
    group: RBAC,
    resource: 'rolebindings',
    verbs: ['delete'],
    names: BINDABLE_ROLES.map((role) => role.replace(':', '-')),
    why: 'a role that is no longer given, and every door of a namespace that is refused',
  },
  {
    scope: 'cluster',
    group: '',
    resource: 'serviceaccounts',
    verbs: ['delete'],
    names: [TENANT_SERVICE_ACCOUNT],
    why: 'the identity of a namespace that is refused',
  },
  {
    scope: 'cluster',
    group: '',
    resource: 'resourcequotas',
    verbs: ['delete'],
    names: ['code-quota'],
    why: 'the quota of a tenant that has none any more',
  },
  {
    scope: 'cluster',
    group: 'networking.k8s.io',
    resource: 'networkpolicies',
    verbs: ['delete'],
    names: ['code-network'],
    why: 'the isolation of a tenant that asks for none',
  },
  {
    scope: 'cluster',
    group: RBAC,
    resource: 'clusterroles',
    verbs: ['bind'],
    names: BINDABLE_ROLES,
    why: 'to bind the named roles of this project, and no other',
  },
  // Questions to the API server.
  {
    scope: 'cluster',
    group: 'authentication.k8s.io',
    resource: 'tokenreviews',
    verbs: ['create'],
    why: 'who calls our MCP servers',
  },
  {
    scope: 'cluster',
    group: 'authorization.k8s.io',
    resource: 'subjectaccessreviews',
    verbs: ['create'],
    why: 'what the caller of a tool may invoke',
  },
  { scope: 'cluster', group: '', resource: 'events', verbs: ['create', 'patch'], why: 'what kubectl describe tells' },
  // Leadership.
  {
    scope: 'system-namespace',
    group: 'coordination.k8s.io',
    resource: 'leases',
    verbs: ['get', 'create', 'patch'],
    why: 'which replica leads',
  },
  // The identity of tenant work.
  {
    scope: 'tenant-identity',
    group: '',
    resource: 'serviceaccounts',
    verbs: ['impersonate'],
    names: [TENANT_SERVICE_ACCOUNT],
    why: 'tenant work is written as the tenant',
  },
  {
    scope: 'tenant-identity',
    group: '',
    resource: 'serviceaccounts/token',
    verbs: ['create'],
    names: [TENANT_SERVICE_ACCOUNT],
    why: 'short-lived tokens with which the tenant calls tools',
  },
  // What tenant work may do.
  {
    scope: 'tenant-workload',
    group: 'apps',
    resource: 'replicasets',
    verbs: ['get', 'create', 'patch', 'delete'],
    why: 'revisions',
  },
  {
    scope: 'tenant-workload',
    group: 'apps',
    resource: 'controllerrevisions',
    verbs: ['get', 'create', 'patch', 'delete'],
    why: 'frozen plans',
  },
  {
    scope: 'tenant-workload',
    group: 'batch',
    resource: 'jobs',
    verbs: ['get', 'create', 'delete'],
    why: 'Jobs that measure a revision, and their end when nobody waits for them',
  },
  {
    scope: 'tenant-workload',
    group: '',
    resource: 'services',
    verbs: ['get', 'create', 'patch'],
    why: 'the Services of a blue-green delivery or a canary',
  },
  {
    scope: 'tenant-workload',
    group: 'gateway.networking.k8s.io',
    resource: 'httproutes',
    verbs: ['get', 'create', 'patch', 'delete'],
    why: 'the route that splits the traffic of a canary',
  },
  {
    scope: 'tenant-workload',
    group: '',
    resource: 'pods',
    verbs: ['get', 'create'],
    why: 'the dry run of one pod; none is created for real',
  },
  ...(['configmaps', 'secrets'] as const).map(
    (resource): Right => ({
      scope: 'tenant-workload',
      group: '',
      resource,
      verbs: ['get', ...WATCH, 'create', 'patch'],
      why: 'what a revision froze of those that its template names, and immutable copies; admission (code-config-copies) keeps writes to these',
    }),
  ),
  {
    scope: 'tenant-workload',
    group: GROUP,
    resource: 'expertconsultations',
    verbs: ['get', 'create', 'patch', 'delete'],
    why: 'reviews',
  },
  {
    scope: 'tenant-workload',
    group: GROUP,
    resource: 'deployments',
    verbs: ['get'],
    why: 'evidence of a consultation',
  },
  {
    scope: 'tenant-workload',
    group: GROUP,
    resource: 'deployments/finalizers',
    verbs: ['update'],
    why: 'children whose owner reference blocks the deletion of their Deployment',
  },
  {
    scope: 'tenant-workload',
    group: GROUP,
    resource: 'tools',
    verbs: ['invoke'],
    names: READ_ONLY_TOOLS,
    why: 'calls of tools that only read; the list of the Tenant and policy narrow them further',
  },
];
