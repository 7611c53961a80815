// Generated from crds/tenant.yaml by `npm run generate`: change that file.
import type { Condition, ObjectMeta } from '../objects.ts';

/** A team's share of the cluster: namespaces behind one set of walls, one quota, one AI budget, one bill. */
export interface Tenant {
  readonly apiVersion: 'code-engine.dev/v1alpha1';
  readonly kind: 'Tenant';
  readonly metadata: ObjectMeta;
  readonly spec: TenantSpec;
  readonly status?: TenantStatus;
}

/** Who the tenant is, what it may use and what it pays. */
export interface TenantSpec {
  /** Who administers the tenant's namespaces. */
  readonly owners: readonly TenantOwner[];
  readonly namespaces?: TenantNamespaces;
  /** The identity tenant work is written under, one in each namespace; code-tenant, the only name our rights cover. */
  readonly serviceAccount?: 'code-tenant';
  readonly quota?: TenantQuota;
  readonly limitRange?: TenantLimitRange;
  /** Level of the Pod Security Standards; the version is pinned in the operator's settings. */
  readonly podSecurity?: 'baseline' | 'restricted';
  readonly network?: TenantNetwork;
  /** Further bindings in every namespace of the tenant, at most 8; the author needs the verb bind on each role. */
  readonly roles?: readonly TenantRole[];
  /** Namespaced objects applied in every namespace with the tenant's rights, each as YAML text of at most 16 KiB. */
  readonly objects?: readonly TenantObject[];
  readonly registries?: AllowedRegistries;
  readonly classes?: AllowedClasses;
  readonly services?: AllowedServices;
  readonly tools?: AllowedTools;
  readonly experts?: AllowedExperts;
  readonly deliveries?: DeliveryLimits;
  /** Rego of the tenant. It can tighten only - what the platform denies stays denied. */
  readonly policies?: readonly TenantPolicy[];
  /** Rules lifted for a time, each by somebody with the verb approve; never a rule of code/*. */
  readonly waivers?: readonly Waiver[];
  readonly billing?: Billing;
  readonly scaling?: TenantScaling;
  readonly retention?: TenantRetention;
  /** Whether this object refuses to be deleted. */
  readonly protected?: boolean;
  /** Whether nothing new may be created; what runs heals itself. */
  readonly cordon?: boolean;
  /** As cordon, and no tools, consultations or deliveries; still metered. */
  readonly suspend?: boolean;
  /** Retain leaves namespaces and walls as plain objects; Delete removes created namespaces and releases adopted ones. */
  readonly deletion?: 'Retain' | 'Delete';
}

export interface TenantOwner {
  /** User, Group or ServiceAccount. */
  readonly kind: 'User' | 'Group' | 'ServiceAccount';
  /** Name, as the API server knows it. */
  readonly name: string;
  /** Namespace of a ServiceAccount, one of this tenant's. */
  readonly namespace?: string;
  /** Owner, Editor or Viewer; Owner unless set. */
  readonly role?: 'Owner' | 'Editor' | 'Viewer';
}

/** The namespaces of the tenant. */
export interface TenantNamespaces {
  /** What names of its namespaces begin with, for example acme-. */
  readonly prefix?: string;
  /** Whether a name without the prefix is refused. */
  readonly forcePrefix?: boolean;
  /** Most namespaces; 10 unless set. */
  readonly max?: number;
  /** Namespaces to create, for example acme-dev and acme-prod. */
  readonly create?: readonly string[];
  readonly adopt?: NamespaceAdoption;
}

/** Existing namespaces to take over; each also carries the tenant's label, set by somebody with the verb adopt. */
export interface NamespaceAdoption {
  /** By name. */
  readonly names?: readonly string[];
  readonly selector?: NamespaceSelector;
}

/** By label. */
export interface NamespaceSelector {
  /** Labels they all have. */
  readonly matchLabels: {
    readonly [key: string]: string;
  };
}

/** What all namespaces together may use; divided among them evenly, never more than this in sum. */
export interface TenantQuota {
  /** Limits in ResourceQuota's keys, for example requests.cpu "40", requests.memory 80Gi, pods "200". */
  readonly hard: {
    readonly [key: string]: number | string;
  };
  /** What every namespace keeps at least. */
  readonly floor?: {
    readonly [key: string]: number | string;
  };
  /** Limits of single namespaces. */
  readonly perNamespace?: readonly NamespaceQuota[];
}

export interface NamespaceQuota {
  /** The namespace. */
  readonly name: string;
  /** What it keeps at least. */
  readonly min?: {
    readonly [key: string]: number | string;
  };
  /** What it gets, as long as there is so much; the others share the rest evenly. */
  readonly max?: {
    readonly [key: string]: number | string;
  };
}

/** What a container gets that asks for nothing, and what it may ask for. */
export interface TenantLimitRange {
  /** Limits of a container that sets none, for example cpu "1", memory 512Mi. */
  readonly default?: {
    readonly [key: string]: number | string;
  };
  /** Requests of a container that sets none, for example cpu 100m, memory 128Mi. */
  readonly defaultRequest?: {
    readonly [key: string]: number | string;
  };
  /** Least a container may request. */
  readonly min?: {
    readonly [key: string]: number | string;
  };
  /** Most a container may be limited to. */
  readonly max?: {
    readonly [key: string]: number | string;
  };
}

/** Who may talk to the tenant's pods, and to whom they may talk. */
export interface TenantNetwork {
  /** Strict denies both ways but DNS and the tenant's own namespaces; None makes no policy. */
  readonly isolation?: 'Strict' | 'None';
  /** Peers beyond that, each exactly one of tenant and cidr. */
  readonly allow?: readonly NetworkPeer[];
}

export interface NetworkPeer {
  /** Another tenant, which allows this one as well. */
  readonly tenant?: string;
  /** An address range, for example 203.0.113.0/24; never a private or link-local one. */
  readonly cidr?: string;
  /** TCP ports; all unless set. */
  readonly ports?: readonly number[];
}

export interface TenantRole {
  /** A ClusterRole of ours, for example "code:viewer". */
  readonly clusterRole: string;
  /** Who gets it. */
  readonly subjects: readonly RoleSubject[];
}

export interface RoleSubject {
  /** User, Group or ServiceAccount. */
  readonly kind: 'User' | 'Group' | 'ServiceAccount';
  /** Name, as the API server knows it. */
  readonly name: string;
  /** Namespace of a ServiceAccount, one of this tenant's. */
  readonly namespace?: string;
}

export interface TenantObject {
  /** Name of the entry. */
  readonly name: string;
  /** The object as YAML, without a namespace. */
  readonly manifest: string;
}

/** Where images may come from. */
export interface AllowedRegistries {
  /** Prefixes that end in a slash, for example images.acme.example/; ["*"] allows all. */
  readonly allow?: readonly string[];
}

/** Classes the tenant may name. */
export interface AllowedClasses {
  /** StorageClasses. */
  readonly storage?: readonly string[];
  /** IngressClasses. */
  readonly ingress?: readonly string[];
  /** GatewayClasses. */
  readonly gateway?: readonly string[];
  /** PriorityClasses. */
  readonly priority?: readonly string[];
  /** RuntimeClasses. */
  readonly runtime?: readonly string[];
}

/** Services and host names the tenant may have. */
export interface AllowedServices {
  /** Types of Services. */
  readonly types?: readonly ('ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName')[];
  /** Host names of routes, for example "*.acme.example". */
  readonly hostnames?: readonly string[];
}

/** MCP tools the tenant's deliveries, consultations and agents may call. */
export interface AllowedTools {
  /** Names or prefixes, for example "prometheus.*" or notify.post_message. */
  readonly allow?: readonly string[];
  /** Calls in a time, for tools that match; 30/m for each unless set. */
  readonly rateLimits?: readonly ToolRateLimit[];
}

export interface ToolRateLimit {
  /** Names or prefixes, as in allow. */
  readonly match: string;
  /** Calls per second, minute or hour, for example 30/m. */
  readonly rate: string;
}

/** Experts the tenant may ask, and what they may cost. */
export interface AllowedExperts {
  /** Providers, or provider/model with prefixes, for example "builtin/*". */
  readonly allow?: readonly string[];
  /** Whether evidence may leave the cluster to a provider outside. */
  readonly externalModels?: boolean;
  /** Panels of the tenant, named by consultations and deliveries. */
  readonly panels?: readonly Panel[];
  readonly budget?: ExpertBudget;
}

export interface Panel {
  /** Name of the panel, for example release-managers. */
  readonly name: string;
  /** Least valid answers; half, rounded up, unless set. */
  readonly quorum?: number;
  /** Whether who may update the delivery may not answer (four eyes); false unless set. */
  readonly separation?: boolean;
  /** Its experts. */
  readonly experts: readonly Expert[];
}

export interface Expert {
  /** Name of the expert within the panel, for example security. */
  readonly name: string;
  /** Who answers - builtin/security, builtin/reliability, builtin/cost, builtin/performance (rule-based, no key needed), anthropic, openai, google, openai-compatible or one of its presets, mcp, or human. */
  readonly provider: string;
  /** Model asked, as its provider names it; the operator's setting unless given. */
  readonly model?: string;
  /** MCP server of an expert with provider mcp. */
  readonly server?: string;
  /** Tool of an expert with provider mcp; its pinned output schema is the answer's schema. */
  readonly tool?: string;
  /** How much the answer counts, from 0.1 to 10; 1 unless set. */
  readonly weight?: number;
  /** Without a valid answer of this expert there is no verdict; false unless set. */
  readonly required?: boolean;
  /** An option that lets something happen fails when this expert differs; true for a required human and false for others unless set. */
  readonly veto?: boolean;
  /** Names of experts to ask instead when this one is out of reach, in order; never from local to external. */
  readonly fallback?: readonly string[];
}

/** Money for machine experts, reserved before each call. */
export interface ExpertBudget {
  /** For a month, in billing.currency, for example "500.00". */
  readonly monthly?: string;
  /** Percentages to warn at. */
  readonly warnAt?: readonly number[];
  /** Hold makes consultations wait; BuiltInOnly goes on with built-in reviewers and says so. */
  readonly onExhausted?: 'Hold' | 'BuiltInOnly';
}

/** How much may move at once. */
export interface DeliveryLimits {
  /** Deliveries in flight; the others wait. */
  readonly concurrent?: number;
  /** Writes per second, minute or hour, for example 20/m. */
  readonly writes?: string;
}

export interface TenantPolicy {
  /** ConfigMap with *.rego, *_test.rego and data.json. */
  readonly configMap: string;
  /** code-system unless set, else one of the tenant's own. */
  readonly namespace?: string;
  /** Enforce, or Shadow, which judges and records without effect; Enforce unless set. */
  readonly mode?: 'Enforce' | 'Shadow';
}

export interface Waiver {
  /** The rule, "pack/rule". */
  readonly rule: string;
  /** Steps it is lifted in; all unless set. */
  readonly steps?: readonly string[];
  /** Namespaces it is lifted in; all of the tenant unless set. */
  readonly namespaces?: readonly string[];
  /** Names of objects it is lifted for; all unless set. */
  readonly names?: readonly string[];
  /** Why. */
  readonly reason: string;
  /** Where it was decided. */
  readonly ticket?: string;
  /** User name of who approves, the one who adds it. */
  readonly approvedBy: string;
  /** When it ends, at most 90 days away, RFC 3339 in UTC. */
  readonly expires: string;
}

/** What the tenant pays, and how. */
export interface Billing {
  /** ConfigMap of code-system that holds the prices; standard unless set. */
  readonly priceBook?: string;
  /** ISO 4217 code, for example EUR. */
  readonly currency?: string;
  /** Length of a period. */
  readonly period?: 'monthly';
  /** Zone whose months count, an IANA name; UTC unless set. */
  readonly timezone?: string;
  readonly contact?: BillingContact;
  /** Allowances, in their order. */
  readonly discounts?: readonly Discount[];
  /** Money for a period; once spent it holds deliveries, never pods. */
  readonly budget?: string;
}

/** Who the invoice goes to. */
export interface BillingContact {
  /** Legal name. */
  readonly name: string;
  /** Postal address. */
  readonly address?: string;
  /** Where it is sent. */
  readonly email?: string;
  /** Tax number. */
  readonly taxId?: string;
}

export interface Discount {
  /** What the invoice calls it. */
  readonly name: string;
  /** Share of the net, for example "10". */
  readonly percent?: string;
  /** Or an amount of money. */
  readonly amount?: string;
  /** Last day it holds, RFC 3339 in UTC. */
  readonly expires?: string;
}

/** Sizing and foresight. */
export interface TenantScaling {
  /** Whether deliveries show better requests. */
  readonly advice?: boolean;
  /** Whether a forecast may scale out ahead of the load. */
  readonly predictive?: boolean;
  /** Whether the next revision takes the advice. */
  readonly apply?: boolean;
  /** Whether two alarms in a row roll back. */
  readonly rollbackOnAnomaly?: boolean;
}

/** How long records live, in days, for example 396d. */
export interface TenantRetention {
  /** Audit records; 396d unless set. */
  readonly records?: string;
  /** Bodies of prompts, replies and arguments; 30d unless set. */
  readonly payloads?: string;
  /** Metered usage; 396d unless set. */
  readonly usage?: string;
}

/** What stands and what was used; nobody but the operator writes it. */
export interface TenantStatus {
  /** Where the tenant is, derived from the steps; for people. */
  readonly phase?: 'Pending' | 'Claiming' | 'Guarding' | 'Ready' | 'Degraded' | 'Cordoned' | 'Suspended' | 'Failed' | 'Deleting';
  /** Namespaces behind the walls. */
  readonly namespaceCount?: number;
  readonly summary?: TenantSummary;
  /** Every namespace that is or asks to be the tenant's. */
  readonly namespaces?: readonly TenantNamespaceStatus[];
  readonly quota?: TenantQuotaStatus;
  readonly usage?: TenantUsage;
  readonly cost?: TenantCost;
  readonly budget?: TenantBudgetStatus;
  /** The last invoices, newest first. */
  readonly invoices?: readonly InvoiceStatus[];
  /** Where the tenant's policies stand. */
  readonly policies?: readonly TenantPolicyStatus[];
  /** Where the waivers stand. */
  readonly waivers?: readonly WaiverStatus[];
  readonly compliance?: ComplianceStatus;
  /** The generation of the object this status speaks of; -1 until it has been seen once. */
  readonly observedGeneration?: number;
  /** One sentence for people - where it is, the verdict with its numbers, the named cause, the next action and whose it is. */
  readonly message?: string;
  /** The verdicts for machines, sorted by type. Ready is always present; Reconciling (in progress) and Stalled (terminal failure) only while true and never both; the others are participles, one a step. Attended is present, and False, only while the operator cannot look at the object, mark it or let it go - also beside a Ready that stays True. */
  readonly conditions?: readonly Condition[];
  /** Where every step of the reconcile stands, in their order. */
  readonly steps?: readonly StepStatus[];
  readonly gate?: GateStatus;
  /** The story, newest last - "12:04:31 analyse started because ...". At most 24 lines are kept. */
  readonly timeline?: readonly string[];
  /** The trace that covers this work, 32 hexadecimal digits. */
  readonly traceId?: string;
}

/** The columns of kubectl get. */
export interface TenantSummary {
  /** CPU used of the quota, for example "12/40". */
  readonly cpu?: string;
  /** Memory used of the quota, for example "20Gi/80Gi". */
  readonly memory?: string;
  /** Cost of this period, for example "31.20 EUR". */
  readonly cost?: string;
  /** Checks passed of checks run, for example "22/23". */
  readonly compliance?: string;
}

export interface TenantNamespaceStatus {
  /** The namespace. */
  readonly name: string;
  /** Its UID. */
  readonly uid?: string;
  /** created by us, claimed by its label, or adopted. */
  readonly origin?: 'created' | 'claimed' | 'adopted';
  /** Pending, Guarding (walls first), Ready, Refused, or Terminating. */
  readonly state: 'Pending' | 'Guarding' | 'Ready' | 'Refused' | 'Terminating';
  /** CamelCase cause of a refusal, for example PrefixMismatch. */
  readonly reason?: string;
  /** The cause in a sentence. */
  readonly message?: string;
}

/** The quota and what is out of it. */
export interface TenantQuotaStatus {
  /** The limit. */
  readonly hard?: {
    readonly [key: string]: string;
  };
  /** Used by all namespaces together. */
  readonly used?: {
    readonly [key: string]: string;
  };
  /** Given to the namespaces. */
  readonly reserved?: {
    readonly [key: string]: string;
  };
}

/** What was metered in this period. */
export interface TenantUsage {
  /** The period, for example 2026-11. */
  readonly period?: string;
  /** CPU, in core hours. */
  readonly cpuHours?: string;
  /** Memory, in GiB hours. */
  readonly memoryGiBHours?: string;
  /** Volumes, in GiB hours. */
  readonly storageGiBHours?: string;
  /** GPUs, in hours. */
  readonly gpuHours?: string;
  /** Tokens of machine experts. */
  readonly tokens?: number;
  /** Calls of tools. */
  readonly toolCalls?: number;
  /** Deliveries. */
  readonly deliveries?: number;
  /** Consultations. */
  readonly consultations?: number;
  /** Spans in which nothing could be metered. */
  readonly gaps?: readonly MeteringGap[];
}

export interface MeteringGap {
  /** Begin, RFC 3339 in UTC. */
  readonly from: string;
  /** End, exclusive. */
  readonly to: string;
}

/** What that costs. */
export interface TenantCost {
  /** ISO 4217 code. */
  readonly currency?: string;
  /** So far, a decimal. */
  readonly amount?: string;
  /** At the period's end, a decimal. */
  readonly forecast?: string;
}

/** Money for machine experts in this month. */
export interface TenantBudgetStatus {
  /** The limit. */
  readonly limit?: string;
  /** Settled. */
  readonly used?: string;
  /** Reserved for calls in flight. */
  readonly reserved?: string;
}

export interface InvoiceStatus {
  /** Number, without gaps. */
  readonly number: string;
  /** The period. */
  readonly period: string;
  /** Draft, Issued or Credited. */
  readonly state?: 'Draft' | 'Issued' | 'Credited';
  /** What is payable, a decimal. */
  readonly total: string;
  /** SHA-256 of the canonical document. */
  readonly digest: string;
}

export interface TenantPolicyStatus {
  /** The ConfigMap. */
  readonly configMap: string;
  /** Linting, Testing, Replaying, Active, Rejected (the old one stays) or Failed (steps are denied). */
  readonly state: 'Linting' | 'Testing' | 'Replaying' | 'Active' | 'Rejected' | 'Failed';
  /** Digest of the active bundle. */
  readonly bundle?: string;
  /** Why, in a sentence. */
  readonly message?: string;
  /** Recent decisions the new version would deny. */
  readonly newlyDenied?: number;
  /** Recent decisions the new version would allow. */
  readonly newlyAllowed?: number;
}

export interface WaiverStatus {
  /** The rule. */
  readonly rule: string;
  /** Active, Expiring (within 7 days) or Expired. */
  readonly state: 'Active' | 'Expiring' | 'Expired';
  /** Decisions it has lifted. */
  readonly used?: number;
}

/** The last report. A check not run is a skip, never a pass. */
export interface ComplianceStatus {
  /** Checks passed. */
  readonly pass?: number;
  /** Checks failed. */
  readonly fail?: number;
  /** Checks that warn. */
  readonly warn?: number;
  /** Checks without evidence. */
  readonly error?: number;
  /** Checks not run. */
  readonly skip?: number;
  /** Name of the ClusterReport. */
  readonly report?: string;
}

export interface StepStatus {
  /** Name of the step, for example roll-out. */
  readonly name: string;
  /** Pending, Running, Waiting (for somebody or some time), Done, Skipped or Failed. */
  readonly state: 'Pending' | 'Running' | 'Waiting' | 'Done' | 'Skipped' | 'Failed';
  /** When the step began, RFC 3339 in UTC. */
  readonly startedAt?: string;
  /** When the step ended, RFC 3339 in UTC. */
  readonly finishedAt?: string;
  /** How often the step was begun, from 1. */
  readonly attempt?: number;
  /** CamelCase cause of a Waiting, Skipped or Failed step, for example ImagePullFailed. */
  readonly cause?: string;
  /** The cause in a sentence. */
  readonly message?: string;
}

/** The last policy decision. Status changes only when outcome, reasons, step or bundle do. */
export interface GateStatus {
  /** Id of the decision, the same in log, audit record and the API server's audit log. */
  readonly decisionId: string;
  /** The step that asked. */
  readonly step: string;
  /** Whether the step may perform its actions. */
  readonly allowed: boolean;
  /** Why not, or what was warned of; each begins with the rule's id, for example "pod-security/privileged". */
  readonly reasons?: readonly string[];
  /** Digest of the policy bundle that decided. */
  readonly bundle: string;
  /** When to ask again, where the rule that denied said so, RFC 3339 in UTC. */
  readonly until?: string;
}
