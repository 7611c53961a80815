/** Names that appear in a cluster: written once here, an identifier everywhere else. */

export const GROUP = 'code-engine.dev';
export const VERSION = 'v1alpha1';
export const API_VERSION = `${GROUP}/${VERSION}`;

/** Where the operator itself lives, with its settings, ledgers and leases. */
export const SYSTEM_NAMESPACE = 'code-system';
export const OPERATOR_SERVICE_ACCOUNT = 'code-operator';
/** The identity that tenant work is written under: one ServiceAccount a namespace (D6). */
export const TENANT_SERVICE_ACCOUNT = 'code-tenant';

export const FINALIZER = `${GROUP}/teardown`;

export const labels = {
  /** On a namespace: the Tenant it belongs to. */
  tenant: `${GROUP}/tenant`,
  /** On a wall of a tenant namespace (quota, network policy, binding ...). */
  guardrail: `${GROUP}/guardrail`,
  /** On every child of a Deployment: the name of that Deployment. */
  deployment: `${GROUP}/deployment`,
  /** On ReplicaSets and pods: the revision (content hash of the template) they run. */
  revision: `${GROUP}/revision`,
  /** On the ReplicaSet and pods of a fresh baseline, beside the revision that they run: the delivery that they are compared in. */
  baseline: `${GROUP}/baseline`,
  /** On a ControllerRevision that keeps a frozen plan: the plan's hash. */
  plan: `${GROUP}/plan`,
  /** On a copy of a ConfigMap or Secret: digest of what it holds. */
  configCopy: `${GROUP}/config-copy`,
  managedBy: 'app.kubernetes.io/managed-by',
} as const;

export const annotations = {
  /** Hash of the full intent of the last apply: tells removed fields apart (runtime.md section 7). */
  intent: `${GROUP}/intent`,
  retry: `${GROUP}/retry`,
  abort: `${GROUP}/abort`,
  promote: `${GROUP}/promote`,
  /** On a ConfigMap or Secret, as annotation or label: `live` where pods read it as it is, and no copy of it. */
  config: `${GROUP}/config`,
  /** On a copy of a ConfigMap or Secret: the name of what it was made from. */
  copyOf: `${GROUP}/copy-of`,
  /** On a route that Git owns, while a delivery shifts its weights: what to write back. */
  original: `${GROUP}/original`,
  /** On a namespace: `created` where its Tenant made it, and only then may it go with the Tenant. */
  origin: `${GROUP}/origin`,
  /** On a namespace of a Tenant: all of that Tenant's namespaces, comma-separated, for the admission policies. */
  tenantNamespaces: `${GROUP}/tenant-namespaces`,
  /** On a namespace of a Tenant: its isolation, `Strict` or `None`, for the admission policies. */
  network: `${GROUP}/network`,
} as const;

/** Server-side apply field managers, one a controller; status has its own. */
export const fieldManagers = {
  deployment: 'code-deployment',
  'expert-consultation': 'code-consultation',
  tenant: 'code-tenant',
} as const;

/** The rooms: folder names of `operator/controllers` and of `config/policies`. */
export type RoomName = keyof typeof fieldManagers;

/** Bound to a tenant's ServiceAccount: what tenant work may do. */
export const TENANT_WORKLOAD_ROLE = 'code:tenant-workload';
/** Bound to the operator in a tenant namespace: lets it impersonate that ServiceAccount, and nothing else. */
export const TENANT_IDENTITY_ROLE = 'code:tenant-identity';
/** What an owner of a Tenant gets in each of its namespaces, by the owner's role. */
export const TENANT_OWNER_ROLES = {
  Owner: 'code:tenant-owner',
  Editor: 'code:tenant-editor',
  Viewer: 'code:tenant-viewer',
} as const;
/** ClusterRoles that `spec.roles` of a Tenant may hand out: the only others the operator may bind. */
export const OFFERED_ROLES = ['code:viewer', 'code:operator', 'code:admin', 'code:approver', 'code:ci'] as const;
/** Audience of tokens for our own MCP servers. */
export const MCP_AUDIENCE = 'code-mcp';
