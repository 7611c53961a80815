// Generated from crds/deployment.yaml by `npm run generate`: change that file.
import type { Json } from '../json.ts';
import type { Condition, ObjectMeta } from '../objects.ts';

/** A workload that is delivered in steps - validated, reviewed by experts, prepared by tools, rolled out, analysed and promoted - and rolled back by itself when a step fails. replicas, selector and template are shaped as in apps/v1. */
export interface Deployment {
  readonly apiVersion: 'code-engine.dev/v1alpha1';
  readonly kind: 'Deployment';
  readonly metadata: ObjectMeta;
  readonly spec: DeploymentSpec;
  readonly status?: DeploymentStatus;
}

/** What to run and how to get it there. */
export interface DeploymentSpec {
  /** Pods wanted; 1 unless set. Leave it out where an HPA owns it (through /scale). */
  readonly replicas?: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplate;
  /** Seconds a pod stays ready before it counts as available; 0 unless set. */
  readonly minReadySeconds?: number;
  /** Seconds within which the delivery must make progress; 600 unless set. Covers every step, not only pods, and starts again with each step and each newly available pod. */
  readonly progressDeadlineSeconds?: number;
  /** Old revisions kept to go back to, with their plans and consultations; 5 unless set. */
  readonly revisionHistoryLimit?: number;
  /** Whether the delivery stands still; analysis goes on, and a breach is told and acted on later. */
  readonly suspend?: boolean;
  /** Who is told what becomes of a delivery, beside the sinks that the platform's settings tell of every one. A change acts at once and starts no delivery. A sink that is unknown, silent or forbidden is told in the timeline and holds nothing up. */
  readonly notify?: readonly Notify[];
  /** Whether the delivery ends after its review: the API server is asked by dry runs, policy and the experts judge, and the condition DryRun tells the result with the hash of the plan that the delivery will have. What serves goes on and follows replicas. Written are only this status and its Events, the consultation, the ControllerRevision of the plan, which the reviewers read, and, where the namespace never had them, the ServiceAccount of the delivery and its bindings; what earlier dry runs left is deleted. false goes on with the same plan and the same review. A roll-out that has begun stands still while it is true. */
  readonly dryRun?: boolean;
  readonly group?: LockstepGroup;
  /** Delete removes ReplicaSets and pods with this object; Orphan leaves pods and traffic as they are. */
  readonly deletionPolicy?: 'Delete' | 'Orphan';
  readonly strategy?: Strategy;
  readonly review?: Review;
  readonly ask?: Ask;
  readonly tools?: DeliveryTools;
  readonly analysis?: Analysis;
  readonly rollback?: Rollback;
  /** Deployments of this namespace that must be Ready at their generation first. */
  readonly dependsOn?: readonly Dependency[];
}

/** Labels of the pods that belong here, as in apps/v1. Cannot change; the template carries them. */
export interface LabelSelector {
  /** Labels every pod has, for example app - shop. */
  readonly matchLabels?: {
    readonly [key: string]: string;
  };
  /** Requirements on labels, all of which hold. */
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
}

export interface LabelSelectorRequirement {
  /** The label's key. */
  readonly key: string;
  /** In, NotIn, Exists or DoesNotExist. */
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  /** Values for In and NotIn; empty for the others. */
  readonly values?: readonly string[];
}

/** The pod to run, a PodTemplateSpec as in apps/v1. Its content (and that of the ConfigMaps and Secrets it names) is the revision. Pods read these as immutable copies, except credentials that are rotated (TLS, token and pull Secrets) and what carries code-engine.dev/config - live; a change of their data alone is a delivery. Only what every pod must have is checked here; the rest by a server-side dry run. */
export interface PodTemplate {
  /** Labels and annotations of the pods. */
  readonly metadata: {
    /** Labels of the pods; they carry selector.matchLabels. */
    readonly labels: {
      readonly [key: string]: string;
    };
    /** Annotations of the pods. */
    readonly annotations?: {
      readonly [key: string]: string;
    };
    readonly [key: string]: Json;
  };
  readonly spec: PodSpec;
  readonly [key: string]: Json;
}

/** The pod's spec, as core/v1 PodSpec. */
export interface PodSpec {
  /** Always, the only policy a ReplicaSet takes. */
  readonly restartPolicy?: 'Always';
  /** The containers, as core/v1 Container. */
  readonly containers: readonly Container[];
  readonly [key: string]: Json;
}

export interface Container {
  /** Name of the container, unique in the pod. */
  readonly name: string;
  /** Image reference, best by digest, for example images.acme.example/shop@sha256:.... */
  readonly image: string;
  readonly [key: string]: Json;
}

export interface Notify {
  /** Name of a sink in the operator's settings, notifications.sinks, that is for this Tenant. */
  readonly sink: string;
  /** What it is told of; as the settings say unless given. */
  readonly events?: readonly ('started' | 'stage_completed' | 'completed' | 'failed' | 'cancelled' | 'rolled_back' | 'approval_needed')[];
}

/** Deployments that go through their strategy steps together. */
export interface LockstepGroup {
  /** Name of the group within the namespace. */
  readonly name: string;
  /** Members to wait for before anybody starts. */
  readonly size: number;
  /** The release the members share, for example "2026.11". */
  readonly release: string;
}

/** How the desired revision takes over. */
export interface Strategy {
  /** Rolling replaces pods step by step; Canary shifts weight by the steps given; BlueGreen switches all at once to a preview that stands ready. */
  readonly type?: 'Rolling' | 'Canary' | 'BlueGreen';
  readonly rolling?: RollingStrategy;
  readonly canary?: CanaryStrategy;
  readonly blueGreen?: BlueGreenStrategy;
}

/** Limits of a Rolling strategy. */
export interface RollingStrategy {
  /** Pods above replicas, a number or a percentage rounded up; 25% unless set. */
  readonly maxSurge?: number | string;
  /** Pods that may be missing, a number or a percentage rounded down; 25% unless set. */
  readonly maxUnavailable?: number | string;
}

/** The steps of a Canary strategy. */
export interface CanaryStrategy {
  /** Extra runs canary pods on top of replicas, so going back is instant; Shared runs them within. By route: Extra unless set, Shared under an HPA. Without a route nothing may be set but what holds there: Extra by Services, Shared by numbers of pods. */
  readonly capacity?: 'Extra' | 'Shared';
  /** Service of the serving revision; created if absent. If Git owns it, it leaves spec.selector out. Without a route it keeps all of its traffic until the promotion. */
  readonly stableService?: string;
  /** Service of the desired revision; created if absent. */
  readonly canaryService?: string;
  /** Seconds the old pods stay after the promotion, so that going back is one write; 30 unless set. Only with Services: by numbers of pods a kept pod would get traffic, and Shared keeps none. */
  readonly scaleDownDelaySeconds?: number;
  readonly traffic?: Traffic;
  /** What happens in order, each exactly one of weight, analyse, approve, pause, call. Ends at 100 percent. */
  readonly steps: readonly CanaryStep[];
}

/** What splits the traffic. Without it weight is approximated by numbers of pods. */
export interface Traffic {
  readonly httpRoute: HTTPRouteTraffic;
}

/** A Gateway API HTTPRoute, either generated or named. */
export interface HTTPRouteTraffic {
  /** A route Git owns that lists both Services in one rule, the canary with weight 0. Only weights are changed; its original is kept in an annotation of it, and written back on every exit. */
  readonly name?: string;
  readonly generate?: GeneratedRoute;
}

/** A route of ours, made from these and removed with the Deployment; preferred. */
export interface GeneratedRoute {
  /** The Gateways to attach to. */
  readonly parentRefs: readonly ParentReference[];
  /** Host names the route answers, for example shop.acme.example. */
  readonly hostnames?: readonly string[];
  /** Path prefixes the route answers; / unless set. */
  readonly paths?: readonly string[];
  /** Port of both Services; their only port unless set. */
  readonly port?: number;
}

export interface ParentReference {
  /** Name of the Gateway. */
  readonly name: string;
  /** Namespace of the Gateway; its own allowedRoutes must admit this namespace. */
  readonly namespace?: string;
  /** Listener of the Gateway. */
  readonly sectionName?: string;
  /** Port of the listener. */
  readonly port?: number;
}

export interface CanaryStep {
  /** Percent of traffic (or of pods) on the desired revision. */
  readonly weight?: number;
  readonly analyse?: AnalyseStep;
  readonly approve?: ApproveStep;
  readonly pause?: PauseStep;
  readonly call?: ToolCall;
}

/** Wait for the verdict of these metrics. */
export interface AnalyseStep {
  /** Names from analysis.metrics. */
  readonly metrics: readonly string[];
  /** How long to look, for example 2m; until a verdict unless set. */
  readonly for?: string;
}

/** Wait until the humans of a panel approve; the answer counts for this plan and step only. */
export interface ApproveStep {
  /** Panel of the operator's settings or of the Tenant, for example release-managers. */
  readonly panel: string;
  /** How long to wait for the answer, for example 4h; 24h unless set. */
  readonly expiresAfter?: string;
}

/** Wait for a time, or for the promote token where no duration is given. */
export interface PauseStep {
  /** How long, for example 30s. */
  readonly duration?: string;
}

/** A call of an MCP tool, made once for its key; its outcome is waited for. */
export interface ToolCall {
  /** Name of the call within this list, for example scan; part of its idempotency key. */
  readonly name: string;
  /** Name of the MCP server in the operator's settings, for example security. */
  readonly server: string;
  /** Name of the tool on that server, for example scan_image. The author needs the RBAC verb invoke on it. */
  readonly tool: string;
  /** Arguments of the call, a free JSON object of at most 32 keys and 16 KiB; the tool's own input schema judges them. Kept as written, which is why its values alone have no schema here. */
  readonly arguments?: {
    readonly [key: string]: Json;
  };
  readonly expect?: ToolExpectation;
  /** How long one attempt may take, at most 30s, which it is unless set. A call that may be repeated has two. */
  readonly timeout?: string;
  /** Stop ends the delivery, Ask asks a person (spec.ask) whether to go on, Proceed goes on and says so. Unless set - Stop in before and in a canary, Proceed in after and onRollback. A call whose outcome is unknown never proceeds by itself - before the promotion Proceed asks a person then. */
  readonly onFailure?: 'Stop' | 'Ask' | 'Proceed';
  readonly undo?: ToolReference;
}

/** What the result may contain at most. Scans block on counts - critical 0, high 5, medium 20 unless set here. */
export interface ToolExpectation {
  /** Most critical findings allowed; 0 unless set. */
  readonly maxCritical?: number;
  /** Most high findings allowed; 5 unless set. */
  readonly maxHigh?: number;
  /** Most medium findings allowed; 20 unless set. */
  readonly maxMedium?: number;
  /** Most low findings allowed; any number unless set. */
  readonly maxLow?: number;
}

/** The call that takes this one back. Those of before and of canary steps are made in reverse order when the delivery fails or is aborted after them, or when, before it serves, the object is deleted or a newer spec supersedes it - then before the new delivery calls anything, for one progress deadline at most. One that fails is told in status and holds nothing up; a call whose outcome is unknown is told and not taken back. */
export interface ToolReference {
  /** Name of the MCP server in the operator's settings, for example security. */
  readonly server: string;
  /** Name of the tool on that server, for example scan_image. The author needs the RBAC verb invoke on it. */
  readonly tool: string;
  /** Arguments of the call, a free JSON object of at most 32 keys and 16 KiB; the tool's own input schema judges them. Kept as written, which is why its values alone have no schema here. */
  readonly arguments?: {
    readonly [key: string]: Json;
  };
}

/** Services and timing of a BlueGreen strategy. */
export interface BlueGreenStrategy {
  /** Service that carries the traffic; created if absent. If Git owns it, it leaves spec.selector out. */
  readonly activeService: string;
  /** Service that shows the desired revision before the switch; created if absent. */
  readonly previewService?: string;
  /** Pods of the preview until the switch, when it is grown to replicas; replicas unless set. */
  readonly previewReplicas?: number;
  /** Seconds the old pods stay after the switch, so that going back is one write; 30 unless set. */
  readonly scaleDownDelaySeconds?: number;
  /** Whether to switch by itself once the analysis passes; else wait for the promote token. */
  readonly autoPromote?: boolean;
}

/** Who looks at the plan before anything changes. The built-in reviewers sit always, on the first delivery too. */
export interface Review {
  /** Panel of the operator's settings or of the Tenant; default (the four built-in reviewers) unless set. */
  readonly panel?: string;
  /** The panel, written out. The Tenant lists who is allowed. */
  readonly experts?: readonly Expert[];
  /** none skips the experts that were added; advise shows the verdict only; approve waits for an approval. */
  readonly require?: 'none' | 'advise' | 'approve';
  /** Without quorum or provider - Deny ends the delivery, Ask asks a person (spec.ask) in their place, Proceed goes on and says so. */
  readonly onUnavailable?: 'Deny' | 'Ask' | 'Proceed';
  /** Highest risk the panel may state for an approval to count; medium unless set. */
  readonly maxRisk?: 'low' | 'medium' | 'high' | 'critical';
  /** Least valid answers; half of the panel, rounded up, unless set. */
  readonly quorum?: number;
  /** How long machine experts may take, 1s to 1h, for example 120s. */
  readonly timeout?: string;
  /** How long to wait for humans, 6m to 168h, for example 24h. */
  readonly expiresAfter?: string;
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

/** Whom onFailure Ask of a call and review.onUnavailable Ask ask whether to go on. An answer counts for this plan and this question only; a no, or none in time, ends the delivery or goes back. */
export interface Ask {
  /** Panel of the Tenant, for example release-managers. Unless set one person is asked, as expert release-manager - anybody with the RBAC verb answer; for a second pair of eyes name a panel with separation. */
  readonly panel?: string;
  /** How long to wait for the answer, 6m to 168h; 24h unless set. */
  readonly expiresAfter?: string;
}

/** Calls of MCP tools around the roll-out. Every call is made at most once for a key; intents are in status.tools. */
export interface DeliveryTools {
  /** Before any pod of the desired revision exists, in order, for example a scan of the image. */
  readonly before?: readonly ToolCall[];
  /** After the promotion, in order, for example a notification. */
  readonly after?: readonly ToolCall[];
  /** When the delivery has gone back to the serving revision, in order. */
  readonly onRollback?: readonly ToolCall[];
}

/** Metrics that judge the desired revision while it runs; a breach rolls back within one interval. */
export interface Analysis {
  /** The metrics. Each Prometheus and web metric that is not muted is asked once before the plan is frozen - a question that is wrong stops the delivery, a provider out of reach is waited for to the progress deadline. */
  readonly metrics: readonly Metric[];
  /** How long to go on looking after the promotion, for example 5m; a breach goes back to the revision before. Old pods behind a blue-green Service stand by meanwhile. Comparisons rest, since nothing else carries traffic. */
  readonly afterPromotion?: string;
  /** Time over and undecided - Ask a human (unless set), Fail, or Pass, which is told. */
  readonly onInconclusive?: 'Ask' | 'Fail' | 'Pass';
  /** A provider out of reach to the deadline - Fail (unless set), Ask a human, or Pass, which is told, and not waited for before the plan is frozen. */
  readonly onError?: 'Fail' | 'Ask' | 'Pass';
}

export interface Metric {
  /** Name of the metric, for example error-rate. */
  readonly name: string;
  readonly provider: MetricProvider;
  /** Time between measurements, for example 15s; 30s unless set. */
  readonly interval?: string;
  readonly threshold?: Threshold;
  readonly compare?: Comparison;
  /** Least samples a side before a verdict; 10 unless set. */
  readonly minSamples?: number;
  /** An empty answer - wait (unless set), fail, or pass, which reads Skipped. */
  readonly noData?: 'wait' | 'fail' | 'pass';
  /** Bad measurements allowed against a threshold; 0 unless set. */
  readonly failureLimit?: number;
  /** Whether the metric is shown but not counted; false unless set. */
  readonly muted?: boolean;
}

/** Where values come from, exactly one. Queries may hold {{name}}, {{namespace}}, {{revision}}, {{pods}} and {{service}}; {{pods}} matches the pod names of the side that is asked about, as in {pod=~"{{pods}}"}. */
export interface MetricProvider {
  readonly prometheus?: PrometheusMetric;
  readonly web?: WebMetric;
  readonly job?: JobMetric;
  readonly mcp?: ToolMetric;
  readonly anomaly?: AnomalyMetric;
}

/** A Prometheus query that gives a scalar or exactly one series. */
export interface PrometheusMetric {
  /** The PromQL. */
  readonly query: string;
  /** Prometheus of the operator's settings; default unless set. */
  readonly server?: string;
  /** Read a series over this long instead of one value, for example 5m. */
  readonly range?: string;
}

/** A number in a JSON answer over https. */
export interface WebMetric {
  /** Address, https only; it takes no templates. */
  readonly url: string;
  /** JSON pointer of the number, for example /data/errors. */
  readonly pointer: string;
  /** Secret of this namespace whose keys are sent as headers, for example Authorization; read at each question. */
  readonly headersSecret?: string;
}

/** A Job of this namespace, one for each measurement; Complete is good, Failed is bad. It runs as a restricted pod without a token, in the strategy step that waits for this metric (in every step where none does) and after the promotion; again after interval where interval is set. */
export interface JobMetric {
  /** Image of the only container. */
  readonly image: string;
  /** Its command; may hold templates, for example --revision={{revision}}. */
  readonly command?: readonly string[];
  /** Its arguments; may hold templates. */
  readonly arguments?: readonly string[];
  /** How long it may run before it counts as failed, 1s to 1h; 5m unless set. */
  readonly timeout?: string;
}

/** A number in the answer of a read-only MCP tool with a pinned output schema. */
export interface ToolMetric {
  /** Name of the MCP server in the operator's settings, for example security. */
  readonly server: string;
  /** Name of the tool on that server, for example scan_image. The author needs the RBAC verb invoke on it. */
  readonly tool: string;
  /** Arguments of the call, a free JSON object of at most 32 keys and 16 KiB; the tool's own input schema judges them. Kept as written, which is why its values alone have no schema here. */
  readonly arguments?: {
    readonly [key: string]: Json;
  };
  /** JSON pointer of the number in the answer. */
  readonly pointer: string;
}

/** Alarms of the anomaly detector on a Prometheus series; silent if the baseline alarms too. */
export interface AnomalyMetric {
  /** The PromQL of the series. */
  readonly query: string;
  /** Accepted rate of false alarms per sample; 0.001 unless set. */
  readonly falseAlarmRate?: number;
}

/** The objective on the value itself. */
export interface Threshold {
  /** Least good value. */
  readonly min?: number;
  /** Greatest good value. */
  readonly max?: number;
}

/** A comparison with the serving revision in the same window. Its sign is the bad direction. */
export interface Comparison {
  /** baseline compares with the serving pods. freshBaseline compares with new pods of the serving revision, as many and as old as the canary's, beyond replicas and maxSurge: no warm cache speaks against the canary. They carry the label code-engine.dev/baseline, take their share of the traffic of what serves, stand while the weight is from 1 to 99, and are removed however the delivery ends. For Canary with prometheus only, and the query selects by {{pods}}. */
  readonly to: 'baseline' | 'freshBaseline';
  /** Greatest increase still good, in the metric's own unit; negative where less is bad. */
  readonly maxIncrease?: number;
  /** Greatest increase as a share of the baseline's level, for example 0.1. */
  readonly maxIncreaseRatio?: number;
}

/** How to go back. */
export interface Rollback {
  /** Whether a failure goes back by itself; false holds and asks. */
  readonly automatic?: boolean;
  /** Seconds until the pods of the rejected revision are removed, once all traffic is back; 0 keeps them. Only for a canary with Services, whose pods get no traffic then. */
  readonly scaleDownDelaySeconds?: number;
  readonly window?: RollbackWindow;
}

/** Going back to a revision that served inside this window skips review, steps and analysis, never the gate nor the tools. */
export interface RollbackWindow {
  /** Among the last so many revisions. */
  readonly revisions?: number;
  /** Served at most so long ago, for example 72h. */
  readonly duration?: string;
}

export interface Dependency {
  /** Name of the other Deployment, for example database. */
  readonly name: string;
}

/** What the operator observed and decided; nobody else writes it. */
export interface DeploymentStatus {
  /** Where the delivery is, derived from the steps; for people. */
  phase?:
    | 'Pending'
    | 'Validating'
    | 'Reviewing'
    | 'Preparing'
    | 'Progressing'
    | 'Analysing'
    | 'Paused'
    | 'Promoting'
    | 'Finishing'
    | 'Serving'
    | 'DryRun'
    | 'RollingBack'
    | 'RolledBack'
    | 'Suspended'
    | 'Failed'
    | 'Deleting';
  /** The step at work and how many there are, for example "5/8 roll-out". */
  readonly progress?: string;
  /** Pods ready of pods wanted, for example "3/5". */
  readonly ready?: string;
  /** Tenant that owns the namespace; absent where none does. */
  readonly tenant?: string;
  /** The ServiceAccount whose rights the workload is written with. */
  readonly identity?: string;
  readonly plan?: PlanStatus;
  readonly step?: StrategyStepStatus;
  readonly revisions?: RevisionsStatus;
  /** Pods, as /scale shows them - what one revision would have. */
  readonly replicas?: number;
  /** Pods of the desired revision. */
  readonly updatedReplicas?: number;
  /** Pods that are ready, of every revision. */
  readonly readyReplicas?: number;
  /** Pods ready for minReadySeconds, of every revision. */
  readonly availableReplicas?: number;
  /** Selector of the pods that carry the load, for /scale. */
  readonly selector?: string;
  /** What the delivery needs of the quota - replicas and surge - written before its first pod. */
  readonly need?: {
    readonly [key: string]: string;
  };
  readonly handled?: HandledVerbs;
  readonly review?: ReviewStatus;
  /** Every tool call of this delivery - recorded as an intent before it is made, and with its outcome after - and those of the delivery that it superseded until they are undone. */
  readonly tools?: readonly ToolCallStatus[];
  /** Where every metric stands. */
  readonly analysis?: readonly MetricStatus[];
  /** Requests that would fit better, with what they save and risk. */
  readonly advice?: readonly SizingAdvice[];
  /** The generation of the object this status speaks of; -1 until it has been seen once. */
  readonly observedGeneration?: number;
  /** One sentence for people - where it is, the verdict with its numbers, the named cause, the next action and whose it is. */
  readonly message?: string;
  /** The verdicts for machines, sorted by type. Ready is always present; Reconciling (in progress) and Stalled (terminal failure) only while true and never both; the others are participles, one a step. Attended is present, and False, only while the operator cannot look at the object, mark it or let it go - also beside a Ready that stays True. */
  readonly conditions?: readonly Condition[];
  /** Where every step of the reconcile stands, in their order. */
  readonly steps?: readonly StepStatus[];
  readonly gate?: GateStatus;
  /** What stood at the end of the last pass of what a delivery cannot do without - "ReplicaSet shop-7f9c", "Service shop". One of these that is missing later was deleted by somebody. */
  readonly children?: readonly string[];
  /** Children that somebody else changed or deleted and that were put right, each told by an event DriftRepaired; forgotten after ten quiet minutes. One that was put right three times within ten minutes is Contested: from then on it is left as it is for a minute before it is put right again, then for two, four, eight and at most ten. */
  readonly drift?: readonly DriftStatus[];
  /** What sinks are told, newest last; written before anything is sent, so that a crash loses nothing. At most 16, the oldest that are settled go first. */
  readonly notifications?: readonly NoticeStatus[];
  /** The story, newest last - "12:04:31 analyse started because ...". At most 24 lines are kept. */
  readonly timeline?: readonly string[];
  /** The trace that covers this work, 32 hexadecimal digits. */
  readonly traceId?: string;
}

/** The frozen plan of this delivery, kept whole in the ControllerRevision named by it. */
export interface PlanStatus {
  /** Hash of the revision and the frozen rules, without replicas and suspend. */
  readonly hash: string;
  /** Hash of the template and of what the ConfigMaps and Secrets that it names hold. */
  readonly revision: string;
  /** What the pods of the revision read as immutable copies, named <name>-<digest> - one line each with kind, name and digest of what it holds. Absent where the template names nothing but live objects. */
  readonly config?: readonly string[];
  /** Hash of object, plan and retry token - this one attempt. */
  readonly delivery: string;
  /** The last delivery of this object that a newer spec superseded with tool calls to undo; what was undone is called again only under a key of its own. */
  readonly after?: string;
  /** Name of the ControllerRevision that keeps the plan. */
  readonly name?: string;
  /** When this attempt began, RFC 3339 in UTC. */
  readonly startedAt?: string;
  /** When it last made progress; progressDeadlineSeconds counts from here. */
  readonly progressedAt?: string;
}

/** The strategy step at work. */
export interface StrategyStepStatus {
  /** Which step, from 1. */
  readonly index: number;
  /** How many there are. */
  readonly of: number;
  /** weight, analyse, approve, pause or call. */
  readonly name: string;
  /** Percent of traffic in force on the desired revision. */
  readonly weight?: number;
  /** When it began, RFC 3339 in UTC. */
  readonly startedAt?: string;
}

/** Which revision is which. */
export interface RevisionsStatus {
  /** The revision the spec asks for. */
  readonly desired?: string;
  /** The revision promoted last. */
  readonly serving?: string;
  /** The revisions that served before, newest first. */
  readonly previous?: readonly ServedRevision[];
  /** The revisions deliveries refused, newest last; re-applying them starts nothing. The last 10. */
  readonly rejected?: readonly RejectedRevision[];
}

export interface ServedRevision {
  /** The revision. */
  readonly hash: string;
  /** The plan it was delivered by. */
  readonly plan?: string;
  /** When it stopped serving, RFC 3339 in UTC. */
  readonly at: string;
}

export interface RejectedRevision {
  /** The revision. */
  readonly hash: string;
  /** The plan that was refused. */
  readonly plan: string;
  /** CamelCase cause, for example ProgressDeadlineExceeded. */
  readonly reason: string;
  /** The cause in a sentence. */
  readonly message?: string;
  /** When it was refused, RFC 3339 in UTC. */
  readonly at: string;
}

/** The annotation tokens that were acted on, echoed by the write that starts the work. */
export interface HandledVerbs {
  /** Last value of code-engine.dev/retry acted on. */
  readonly retry?: string;
  /** Last value of code-engine.dev/abort acted on. */
  readonly abort?: string;
  /** Last value of code-engine.dev/promote acted on. */
  readonly promote?: string;
}

/** What the experts said of this plan. */
export interface ReviewStatus {
  /** Name of the ExpertConsultation. */
  readonly consultation: string;
  /** The recommended option, or the reason there is none. */
  readonly verdict?: string;
  /** Confidence in the verdict, a decimal from 0 to 1. */
  readonly confidence?: string;
  /** The panel's risk. */
  readonly risk?: 'low' | 'medium' | 'high' | 'critical';
  /** The verdict in a sentence. */
  readonly message?: string;
}

export interface ToolCallStatus {
  /** Name of the call in the spec. */
  readonly name: string;
  /** The step that makes it, for example prepare. */
  readonly step: string;
  /** The MCP server. */
  readonly server?: string;
  /** The tool. */
  readonly tool?: string;
  /** Idempotency key, sha256 of object, delivery, step, call and attempt. */
  readonly key: string;
  /** Which attempt, from 1. */
  readonly attempt: number;
  /** Leader epoch that recorded the intent. */
  readonly epoch: number;
  /** When the intent was recorded, RFC 3339 in UTC. */
  readonly startedAt: string;
  /** When the outcome was recorded, RFC 3339 in UTC. */
  readonly finishedAt?: string;
  /** Succeeded, Failed, Skipped, Undone or Unknown (may or may not have had its effect); absent while it runs. */
  readonly outcome?: 'Succeeded' | 'Failed' | 'Skipped' | 'Undone' | 'Unknown';
  /** What came back, in a sentence. */
  readonly message?: string;
  /** Who let the delivery go on although the call failed, or although nobody knows its outcome. */
  readonly acceptedBy?: string;
  /** Hash of the plan that it was called for, where a newer spec superseded that delivery before it ended; the call is undone before this delivery calls anything. */
  readonly superseded?: string;
  /** Why nobody takes the call back, where its delivery was superseded and its plan was deleted since. */
  readonly lost?: string;
}

export interface MetricStatus {
  /** Name of the metric. */
  readonly metric: string;
  /** Measuring until the verdict is final. */
  readonly verdict: 'Measuring' | 'Pass' | 'Fail' | 'Error' | 'Inconclusive' | 'Skipped' | 'Cancelled';
  /** The query as it was sent, secrets redacted. */
  readonly query?: string;
  /** Last value, a decimal. */
  readonly value?: string;
  readonly job?: MetricJob;
  /** Samples judged so far. */
  readonly samples?: number;
  /** The verdict in a sentence, with its numbers. */
  readonly message?: string;
  /** When measuring began, RFC 3339 in UTC. */
  readonly startedAt?: string;
  /** The last verdict that an earlier step of the strategy came to; what a later one only watches does not undo it. */
  readonly earlierVerdict?: 'Pass' | 'Fail' | 'Error' | 'Inconclusive' | 'Skipped';
  readonly earlier?: EarlierMeasurements;
  /** The last measurements, newest last. */
  readonly measurements?: readonly Measurement[];
}

/** The Job that measures now. */
export interface MetricJob {
  /** Its name. */
  readonly name: string;
  /** When it was made, RFC 3339 in UTC. */
  readonly startedAt: string;
}

/** How many good and bad measurements of this strategy step are no longer listed. */
export interface EarlierMeasurements {
  /** Good ones. */
  readonly good: number;
  /** Bad ones. */
  readonly bad: number;
}

export interface Measurement {
  /** When, RFC 3339 in UTC. */
  readonly at: string;
  /** The value, a decimal. */
  readonly value?: string;
  /** Good, Bad, NoData or Error. */
  readonly phase: 'Good' | 'Bad' | 'NoData' | 'Error';
}

export interface SizingAdvice {
  /** Name of the container. */
  readonly container: string;
  /** The requests advised. */
  readonly requests?: {
    readonly [key: string]: string;
  };
  /** The saving and the risk in a sentence. */
  readonly message?: string;
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

export interface DriftStatus {
  /** Kind of the child. */
  readonly kind: string;
  /** Name of the child, in this namespace. */
  readonly name: string;
  /** The field that was changed, for example spec.selector; absent where the child was deleted. */
  readonly field?: string;
  /** Who changed it, as its managedFields say; absent where it was deleted. */
  readonly manager?: string;
  /** When it was put right, the last three times, RFC 3339 in UTC. */
  readonly repairs: readonly string[];
  /** Since when it is Contested, RFC 3339 in UTC. */
  readonly contestedAt?: string;
  /** How often it was put right since then, each time after a longer wait. */
  readonly heldTimes?: number;
}

export interface NoticeStatus {
  /** Hash of delivery, step and type; the same however often it is sent. */
  readonly id: string;
  /** What happened. */
  readonly type: 'started' | 'stage_completed' | 'completed' | 'failed' | 'cancelled' | 'rolled_back' | 'approval_needed';
  /** Where, for example review, or roll-out/2 for the second step of the strategy. */
  readonly step: string;
  /** When it happened, RFC 3339 in UTC. */
  readonly at: string;
  /** The delivery; this and what follows is kept until every sink is settled. */
  readonly delivery?: string;
  /** The revision that was delivered. */
  readonly revision?: string;
  /** What happened in a sentence. */
  readonly message?: string;
  /** CamelCase cause, where there is one. */
  readonly cause?: string;
  /** The revision that was refused, of a rolled_back. */
  readonly rejected?: string;
  /** The revision that serves instead, of a rolled_back. */
  readonly serving?: string;
  /** True where it was told once before. */
  readonly reminder?: boolean;
  /** The sinks. */
  readonly to: readonly NoticeTo[];
}

export interface NoticeTo {
  /** Name of the sink. */
  readonly sink: string;
  /** Pending until it is Sent (taken by the sink) or GivenUp. */
  readonly state: 'Pending' | 'Sent' | 'GivenUp';
  /** How often it was tried in vain. */
  readonly attempts?: number;
  /** Not tried again before, RFC 3339 in UTC. */
  readonly next?: string;
  /** Why it was in vain, the last time. */
  readonly message?: string;
}
