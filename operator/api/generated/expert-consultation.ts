// Generated from crds/expertconsultation.yaml by `npm run generate`: change that file.
import type { Condition, ObjectMeta } from '../objects.ts';

/** One question to a panel of experts - rules, models, tools or humans. Each answers once; the status states what they agree on, how sure that is and who disagrees, or that it does not know. */
export interface ExpertConsultation {
  readonly apiVersion: 'code-engine.dev/v1alpha1';
  readonly kind: 'ExpertConsultation';
  readonly metadata: ObjectMeta;
  readonly spec: ExpertConsultationSpec;
  readonly status?: ExpertConsultationStatus;
}

/** The question, the panel and the rules of the verdict. Cannot change, but for answers and grade. */
export interface ExpertConsultationSpec {
  /** The question in a line, for example "Is this release safe?". */
  readonly title: string;
  /** The question in full, 10 to 10,000 characters. */
  readonly question: string;
  /** What kind of question it is; steers who is asked under panel auto. */
  readonly type?: 'technical' | 'architectural' | 'optimization' | 'review' | 'research' | 'general' | 'codeReview';
  /** Band of the queue and of routing; medium unless set. */
  readonly priority?: 'low' | 'medium' | 'high' | 'critical';
  readonly context?: ConsultationContext;
  /** What an answer must respect, at most 20 of 500 characters. */
  readonly constraints?: readonly string[];
  readonly subject?: ConsultationSubject;
  readonly answer: AnswerShape;
  /** Panel of the operator's settings or of the Tenant, or auto. default (the four built-in reviewers, quorum 3) unless set or experts are given. */
  readonly panel?: string;
  /** The panel, written out, at most 32. What the Tenant does not list is refused. */
  readonly experts?: readonly Expert[];
  /** Least valid answers, humans included; half of the panel, rounded up, unless set. */
  readonly quorum?: number;
  readonly consensus?: ConsensusRules;
  /** How long machine experts may take, 1s to 1h; 120s unless set. */
  readonly timeout?: string;
  /** How long everybody may take, 6m to 168h; 24h with a human on the panel, else timeout. */
  readonly deadline?: string;
  readonly budget?: ConsultationBudget;
  readonly cache?: AnswerCache;
  readonly retention?: ConsultationRetention;
  /** Answers of humans, each added by the person named in by, who needs the RBAC verb answer. They neither change nor go. */
  readonly answers?: readonly HumanAnswer[];
  readonly withdrawn?: Withdrawal;
  readonly grade?: Grade;
}

/** What the experts may read. Sent as data, never as instructions, and redacted. */
export interface ConsultationContext {
  /** Free text, at most 8 KiB. */
  readonly text?: string;
  /** Objects of this namespace, read with the tenant's rights; what it may not read fails the step. */
  readonly references?: readonly EvidenceReference[];
}

export interface EvidenceReference {
  /** Its API version, for example apps/v1. */
  readonly apiVersion: string;
  /** Its kind; Secret is refused. */
  readonly kind: string;
  /** Its name. */
  readonly name: string;
  /** Dotted paths to show, for example spec.replicas; all unless set. */
  readonly fields?: readonly string[];
  readonly logs?: LogExcerpt;
}

/** Last log lines of a Pod. */
export interface LogExcerpt {
  /** The container. */
  readonly container: string;
  /** How many lines; 200 unless set. */
  readonly lines?: number;
}

/** What an approval permits, once - exactly this plan of this object. Absent where nothing depends on the answer. */
export interface ConsultationSubject {
  /** Deployment, Tool (a destructive call) or Waiver. */
  readonly kind: 'Deployment' | 'Tool' | 'Waiver';
  /** Name of the Deployment, "server.tool" of the tool, or the waived rule. */
  readonly name: string;
  /** UID of the object, so that a new one under the same name is not approved by accident. */
  readonly uid?: string;
  /** Hash of the frozen plan, or of server, tool, arguments and tool digest. Human answers name it. */
  readonly planHash: string;
  /** ControllerRevision of this namespace that keeps the plan; the built-in reviewers read it. */
  readonly planName?: string;
  /** The step that asks, for example review. */
  readonly step?: string;
}

/** What an answer looks like. A question that gates an action has a closed kind; text may inform, never decide. */
export interface AnswerShape {
  /** choice of options, number, quantity (Kubernetes notation), yaml or text. */
  readonly kind: 'choice' | 'number' | 'quantity' | 'yaml' | 'text';
  /** Ids to choose from, 2 to 16, for example approve, reject, needs-work. */
  readonly options?: readonly string[];
  /** The options that let something happen; they need two thirds of the weight and every veto. */
  readonly permits?: readonly string[];
  /** Least value of a number or quantity. */
  readonly min?: string;
  /** Greatest value of a number or quantity. */
  readonly max?: string;
  readonly tolerance?: Tolerance;
}

/** How far two numbers may lie apart and still agree. */
export interface Tolerance {
  /** In the unit of the answer. */
  readonly abs?: string;
  /** As a share of the greater, for example "0.05". */
  readonly rel?: string;
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

/** When answers amount to a recommendation. Decimals are text, so that no digit is lost. */
export interface ConsensusRules {
  /** Share of the weight the leader must exceed; "0.5" unless set. */
  readonly minShare?: string;
  /** How texts are compared; dice unless set. */
  readonly similarity?: 'dice' | 'cosine' | 'jaccard' | 'levenshtein' | 'tfidf';
  /** Similarity from which texts agree; "0.7" unless set. */
  readonly threshold?: string;
  /** Least confidence of a recommendation; "0.6" unless set. */
  readonly abstainBelow?: string;
  /** Accepted share of wrong recommendations, for example "0.10"; the bound comes from graded history. */
  readonly risk?: string;
  /** Whether to estimate accuracies from ungraded history (one-coin EM); false unless set, hurts panels of peers. */
  readonly estimateAccuracy?: boolean;
}

/** What the answers may cost at most; reserved before each call. */
export interface ConsultationBudget {
  /** Tokens, in and out. */
  readonly tokens?: number;
  /** Money in the Tenant's currency, for example "0.50". */
  readonly cost?: string;
}

/** Whether an equal question may be answered from memory. */
export interface AnswerCache {
  /** How old such an answer may be, for example 24h. */
  readonly ttl: string;
}

/** How long texts are kept; afterwards their key is destroyed. */
export interface ConsultationRetention {
  /** Prompts and replies, in days, for example 30d. */
  readonly promptText?: string;
}

export interface HumanAnswer {
  /** The human expert of the panel who answers. */
  readonly expert: string;
  /** User name of the person, as the API server knows it. */
  readonly by: string;
  /** The answer in the shape asked for, for example approve. */
  readonly answer: string;
  /** Why. */
  readonly rationale?: string;
  /** The plan that was looked at, as status.planHash shows it. */
  readonly planHash?: string;
}

/** Set by who asked once nobody needs the answer any more, for example because the delivery was aborted; removed where it is needed after all. While it is set no answer counts. */
export interface Withdrawal {
  /** The cause in CamelCase, for example Superseded or Aborted. */
  readonly reason: string;
  /** The cause in a sentence. */
  readonly message: string;
}

/** What turned out right, told later by a person with the RBAC verb grade; it weighs later answers. */
export interface Grade {
  /** The right answer. */
  readonly answer: string;
  /** User name of the person. */
  readonly by: string;
}

/** The answers and what they amount to; nobody but the operator writes it. */
export interface ExpertConsultationStatus {
  /** Where the consultation is, derived from the steps; for people. */
  readonly phase?: 'Pending' | 'Asking' | 'AwaitingHuman' | 'Agreed' | 'Split' | 'Failed' | 'Withdrawn';
  /** Valid answers of experts asked, for example "3/4". */
  readonly answered?: string;
  /** The plan this is about, copied from spec.subject; human answers name it. */
  readonly planHash?: string;
  /** Whether who may update the Deployment of spec.subject may not answer (four eyes), as the Tenant's panel says. */
  readonly separation?: boolean;
  /** SHA-256 of what was asked; it does not change when answers arrive. */
  readonly questionDigest?: string;
  /** When asking began, RFC 3339 in UTC. */
  readonly askedAt?: string;
  /** When nobody is waited for any longer, RFC 3339 in UTC. */
  readonly expiresAt?: string;
  /** One entry for every expert of the panel. */
  readonly answers?: readonly ExpertAnswerStatus[];
  /** What the built-in reviewers found, worst first. */
  readonly findings?: readonly Finding[];
  /** The blocks the experts were shown. */
  readonly evidence?: readonly EvidenceBlock[];
  readonly consensus?: Consensus;
  readonly usage?: ConsultationUsage;
  /** Whether something was left out to keep the status under 32 KiB. */
  readonly truncated?: boolean;
  /** When the texts became unreadable, RFC 3339 in UTC. */
  readonly erasedAt?: string;
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

export interface ExpertAnswerStatus {
  /** Name of the expert. */
  readonly expert: string;
  /** Who was asked, for example builtin/security. */
  readonly provider: string;
  /** rules (deterministic, built in), llm, mcp or human. */
  readonly kind: 'rules' | 'llm' | 'mcp' | 'human';
  /** Pending and Asking until settled, then Answered, Abstained or Failed; a human's may be AwaitingHuman or Stale. */
  readonly state: 'Pending' | 'Asking' | 'AwaitingHuman' | 'Answered' | 'Abstained' | 'Failed' | 'Stale';
  /** Model that was asked. */
  readonly modelAsked?: string;
  /** Model as the reply names it, or the version of the rule set. */
  readonly model?: string;
  /** Who errs alike, for example anthropic/claude. */
  readonly family?: string;
  /** Host that answered. */
  readonly host?: string;
  /** Id the provider gave the request. */
  readonly requestId?: string;
  /** The expert this one was asked instead of. */
  readonly standsInFor?: string;
  /** The person, of a human answer. */
  readonly by?: string;
  /** The plan the person looked at. */
  readonly planHash?: string;
  /** Normal form of the answer, or its digest where longer than 128 bytes. */
  readonly answer?: string;
  /** For or against or neither, of a text. */
  readonly stance?: 'for' | 'against' | 'neutral';
  /** The risk the expert sees. */
  readonly risk?: 'low' | 'medium' | 'high' | 'critical';
  /** What the expert says of itself, a decimal; it weighs nothing. */
  readonly confidence?: string;
  /** What the answer weighed, a decimal. */
  readonly weight?: string;
  readonly graded?: GradedCount;
  /** The reason in a sentence, of built-in reviewers only; texts of models and persons stay in their records. */
  readonly rationale?: string;
  /** Salted digest of the rationale. */
  readonly rationaleDigest?: string;
  /** How often the expert was asked. */
  readonly attempts?: number;
  /** When it is asked again, RFC 3339 in UTC. */
  readonly nextAttemptAt?: string;
  /** Cost reserved for the call in flight, a decimal. */
  readonly reserved?: string;
  /** When the expert was asked, RFC 3339 in UTC. */
  readonly startedAt?: string;
  /** How long the answer took. */
  readonly latencyMilliseconds?: number;
  readonly tokens?: TokenCount;
  /** What the answer cost, a decimal. */
  readonly cost?: string;
  /** Whether tokens and cost are our own estimate. */
  readonly estimated?: boolean;
  /** Why there is no valid answer, in a sentence. */
  readonly error?: string;
}

/** The history the weight comes from. */
export interface GradedCount {
  /** Right answers. */
  readonly right: number;
  /** Graded answers. */
  readonly of: number;
}

/** Tokens by the provider's count. */
export interface TokenCount {
  /** Tokens sent. */
  readonly input?: number;
  /** Of these, read from the provider's cache. */
  readonly cachedInput?: number;
  /** Tokens received. */
  readonly output?: number;
  /** Of these, spent on reasoning. */
  readonly reasoning?: number;
}

export interface Finding {
  /** Who found it. */
  readonly expert: string;
  /** The rule, for example security/privileged. */
  readonly rule: string;
  /** How bad it is. */
  readonly severity: 'low' | 'medium' | 'high' | 'critical';
  /** The object, for example ReplicaSet/shop-7f9c. */
  readonly object: string;
  /** The field, a dotted path. */
  readonly path?: string;
  /** What is wrong and what to do, in a sentence. */
  readonly message: string;
}

export interface EvidenceBlock {
  /** Id to cite. */
  readonly id: string;
  /** Kind of the object, or text, plan, logs. */
  readonly kind: string;
  /** Name of the object. */
  readonly name?: string;
  /** Dotted path that was shown. */
  readonly field?: string;
  /** Bytes shown. */
  readonly bytes: number;
  /** Whether more existed. */
  readonly truncated?: boolean;
  /** Salted digest of the content. */
  readonly digest: string;
}

/** The verdict of the engine, derived from answers and weights alone. Decimals are text of six places. */
export interface Consensus {
  /** What the panel agrees on; absent where it does not. */
  readonly recommendation?: string;
  /** Why there is no recommendation, for example QuorumMissing, Tied, ShareTooLow, Vetoed. */
  readonly abstained?: string;
  /** The heaviest answer, recommended or not. */
  readonly leader?: string;
  /** Share of the weight behind the leader. */
  readonly share?: string;
  /** Distance to the next answer, as a share. */
  readonly margin?: string;
  /** Disagreement, 0 for one voice, 1 for as many as experts. */
  readonly entropy?: string;
  /** How sure the recommendation is. */
  readonly confidence?: string;
  /** Whether the confidence rests on graded history. */
  readonly calibrated?: boolean;
  /** The agreement in a word. */
  readonly level?: 'high' | 'medium' | 'low';
  /** plurality of weights, or bestExpert where graded history says one is better than all. */
  readonly basis?: 'plurality' | 'bestExpert';
  /** Highest risk seen by voters that hold a third of the weight. */
  readonly risk?: 'low' | 'medium' | 'high' | 'critical';
  /** Least rank the accepted risk asks for. */
  readonly riskBound?: string;
  /** Rank of this recommendation, uncalibrated. */
  readonly rank?: string;
  /** How many independent experts the panel amounts to. */
  readonly effectiveExperts?: string;
  /** Krippendorff's alpha of the batch, where the question belongs to one. */
  readonly alpha?: string;
  /** The answers that differ, heaviest first. */
  readonly clusters?: readonly AnswerCluster[];
  /** Every cluster but the leader's. */
  readonly dissent?: readonly AnswerCluster[];
  /** Texts left out as unlike all others. */
  readonly outliers?: readonly string[];
  /** Experts without a valid answer. */
  readonly abstentions?: readonly string[];
  /** Version of the engine that decided. */
  readonly engine?: string;
}

export interface AnswerCluster {
  /** Normal form of the answer, or its digest where longer than 128 bytes. */
  readonly answer: string;
  /** Share of the weight, a decimal from 0 to 1. */
  readonly mass: string;
  /** The experts who say so. */
  readonly members: readonly string[];
  /** The rationale closest to all of them. */
  readonly medoid?: string;
  /** Evidence blocks only this side cites. */
  readonly evidence?: readonly string[];
}

/** What the consultation used. */
export interface ConsultationUsage {
  readonly tokens?: TokenCount;
  /** Cost of all answers, a decimal in the Tenant's currency; 0 for built-in reviewers. */
  readonly cost?: string;
  /** Whether a part of it is our own estimate. */
  readonly estimated?: boolean;
  /** Calls that may have been made twice because of a crash. */
  readonly repeated?: number;
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
