/**
 * Effects as data. A step decides actions, the gate judges them, `runtime/perform.ts` performs them: nothing else changes
 * the world. A new kind of action is a member of this union, its outcome a member of `Outcomes`, and one file in
 * `runtime/effects/`; the mapped type over the union does not compile until somebody performs it.
 */
import type { KubeObject, OwnerReference } from '../api/objects.ts';
import type { Reference } from '../api/resources.ts';
import type { ConsensusRequest, ConsensusVerdict } from '../ports/consensus.ts';
import type { MetricQuery, MetricReading } from '../ports/metric-source.ts';
import type { Notice, NoticeOutcome } from '../ports/notifier.ts';
import type { ConfigKind } from './config-references.ts';
import type { Milliseconds } from './decision.ts';
import type { Json } from './json.ts';

/** Whose rights a write uses. Tenant work is always `service-account` (D6). */
export type Identity =
  | { readonly kind: 'operator' }
  | { readonly kind: 'service-account'; readonly namespace: string; readonly name: string };

export const OPERATOR: Identity = { kind: 'operator' };

/** Server-side apply of the full intent; skipped where live already equals it. */
export interface ApplyObject {
  readonly type: 'apply-object';
  readonly object: KubeObject;
  readonly as: Identity;
}

/** Create under a name derived from content: an existing object of ours is adopted, anybody else's is `NameTaken`. */
export interface CreateObject {
  readonly type: 'create-object';
  readonly object: KubeObject;
  readonly as: Identity;
}

/** JSON merge patch guarded by the resourceVersion that was read: for writes whose order matters. */
export interface PatchObject {
  readonly type: 'patch-object';
  readonly target: Reference;
  readonly resourceVersion: string;
  readonly patch: Json;
  readonly as: Identity;
}

export interface DeleteObject {
  readonly type: 'delete-object';
  readonly target: Reference;
  readonly uid: string;
  readonly resourceVersion?: string;
  readonly propagation: 'Background' | 'Foreground' | 'Orphan';
  readonly as: Identity;
}

/**
 * Keep what a ConfigMap or Secret holds as an immutable copy, for as long as its owner lives. What it holds is no part of
 * the action: the gate, the audit trail and the room know names and digests only.
 */
export interface CopyConfig {
  readonly type: 'copy-config';
  readonly kind: ConfigKind;
  readonly namespace: string;
  readonly source: string;
  /** Of what the source has to hold: anything else is a `Conflict`. */
  readonly digest: string;
  readonly copy: string;
  readonly owner: OwnerReference;
  readonly as: Identity;
}

/** Ask the API server whether it would accept this object, and write nothing. */
export interface DryRunObject {
  readonly type: 'dry-run-object';
  readonly object: KubeObject;
  readonly as: Identity;
}

/** One call of an MCP tool, after its intent has been recorded in status under the same `key`. */
export interface CallTool {
  readonly type: 'call-tool';
  /** The call's name in the spec. */
  readonly name: string;
  readonly server: string;
  readonly tool: string;
  readonly arguments: { readonly [key: string]: Json };
  /** Idempotency key: sha256(UID, delivery, step, call, attempt). */
  readonly key: string;
  /** W3C Trace Context: what the tool puts its own spans under. */
  readonly traceparent?: string;
  /** The intent is of a process that is gone: the call may have been made. Make it again only if that cannot do harm, else the outcome is `unknown`. */
  readonly repeated?: true;
  /** Refuse a tool that does not declare itself read-only with an output schema; its outcomes are not remembered by key. */
  readonly readOnly?: true;
  readonly timeout: Milliseconds;
  readonly as: Identity;
}

/** Read a metric of one side once. */
export interface QueryMetric {
  readonly type: 'query-metric';
  /** The metric's name in the spec. */
  readonly metric: string;
  readonly side: 'desired' | 'baseline';
  readonly query: MetricQuery;
  readonly timeout: Milliseconds;
  readonly as: Identity;
}

/** Ask each expert once, in parallel. */
export interface AskExperts {
  readonly type: 'ask-experts';
  readonly question: Question;
  readonly experts: readonly ExpertReference[];
  readonly timeout: Milliseconds;
}

/** Judge the answers with the consensus engine: no I/O, but an effect so that the gate sees it. */
export interface WeighAnswers {
  readonly type: 'weigh-answers';
  readonly request: ConsensusRequest;
}

/**
 * Have a sink told of something. Nobody waits for it: it is `sending` until it is settled, and whoever decided it is woken
 * then. The same sink, notice and attempt again is the same letter, not another one.
 */
export interface NotifySink {
  readonly type: 'notify';
  readonly sink: string;
  /** From 0. */
  readonly attempt: number;
  readonly notice: Notice;
  readonly as: Identity;
}

/**
 * Remember something in status before going on: the pass ends with the status write and the key runs again at once. What
 * is remembered is the room's own data; its `absorb` reads it back.
 */
export interface RecordMemory {
  readonly type: 'record';
  /** Nothing that follows relies on it being stored yet: the pass goes on, and its one status write stores it. */
  readonly deferred?: true;
  readonly record: { readonly kind: string } & { readonly [key: string]: Json };
}

export interface ExpertReference {
  readonly name: string;
  /** `builtin/security`, `anthropic`, `human`, ... */
  readonly provider: string;
  readonly model?: string;
}

export interface Question {
  readonly digest: string;
  readonly title: string;
  readonly text: string;
  readonly constraints: readonly string[];
  readonly answerKind: 'choice' | 'number' | 'quantity' | 'yaml' | 'text';
  readonly options: readonly string[];
  /** Evidence blocks: objects or texts, each with an id to cite. */
  readonly evidence: readonly { readonly id: string; readonly content: Json }[];
}

export type Action =
  | ApplyObject
  | CreateObject
  | PatchObject
  | DeleteObject
  | CopyConfig
  | DryRunObject
  | CallTool
  | QueryMetric
  | AskExperts
  | WeighAnswers
  | NotifySink
  | RecordMemory;

export type ActionType = Action['type'];
export type ActionOf<Type extends ActionType> = Extract<Action, { readonly type: Type }>;

export interface ExpertAnswer {
  readonly expert: string;
  readonly provider: string;
  readonly kind: 'rules' | 'llm' | 'mcp' | 'human';
  readonly model?: string;
  readonly state: 'Answered' | 'Abstained' | 'Failed';
  readonly answer?: string;
  readonly risk?: 'low' | 'medium' | 'high' | 'critical';
  readonly rationale: string;
  readonly findings: readonly {
    readonly rule: string;
    readonly severity: 'low' | 'medium' | 'high' | 'critical';
    readonly object: string;
    readonly path: string;
    readonly message: string;
  }[];
  /** Version of the rule set, or the model as the reply names it. */
  readonly version: string;
  readonly latency: Milliseconds;
  readonly error?: string;
}

/** What performing an action teaches. A failure of the world is thrown instead, as a `CodeError`. */
export interface Outcomes {
  readonly 'apply-object': { readonly object: KubeObject; readonly written: boolean };
  readonly 'create-object': { readonly object: KubeObject; readonly adopted: boolean };
  readonly 'patch-object': { readonly object: KubeObject };
  readonly 'delete-object': Nothing;
  /** `owners`: UIDs, with the one that was asked for. */
  readonly 'copy-config': { readonly owners: readonly string[]; readonly written: boolean };
  readonly 'dry-run-object': { readonly accepted: true } | { readonly accepted: false; readonly message: string };
  readonly 'call-tool': {
    /** `unknown`: the call may or may not have had its effect, and the tool is not idempotent. */
    readonly state: 'succeeded' | 'failed' | 'unknown';
    readonly message: string;
    readonly content: Json;
  };
  readonly 'query-metric': MetricReading;
  readonly 'ask-experts': { readonly answers: readonly ExpertAnswer[] };
  readonly 'weigh-answers': { readonly verdict: ConsensusVerdict };
  readonly notify: NoticeOutcome | { readonly state: 'sending' };
  readonly record: Nothing;
}

/** Nothing beyond having been done. */
export type Nothing = { readonly [key: string]: never };

/** A performed action with what it taught. */
export type Effect = {
  [Type in ActionType]: { readonly action: ActionOf<Type>; readonly outcome: Outcomes[Type] };
}[ActionType];
