/** What a policy is asked and what it answers (policy-security.md section 1). */
import type { CodeObject } from '../api/objects.ts';
import type { Action, Identity } from './action.ts';
import type { Json } from './json.ts';

/** Facts a room adds to the question; absent parts are absent in the input too, and policies must prove what they need. */
export interface GateFacts {
  readonly tenant?: { readonly [key: string]: Json };
  readonly consultation?: { readonly [key: string]: Json };
  readonly budgets?: { readonly [key: string]: Json };
}

export interface GateQuestion {
  /** Folder of the policy: `deployment`, `expert-consultation`, `tenant`, `tool`. */
  readonly kind: string;
  readonly step: string;
  readonly safety: boolean;
  readonly teardown: boolean;
  readonly subject: Identity;
  readonly object: CodeObject;
  readonly actions: readonly Action[];
  readonly facts: GateFacts;
  /** For the audit trail; no policy sees it. */
  readonly traceId?: string;
}

export interface Reason {
  /** `<pack>/<rule>`, or `code/<class>` where the gate itself failed closed. */
  readonly rule: string;
  readonly message: string;
  readonly remedy?: string;
  /** RFC 3339: when asking again can help. */
  readonly until?: string;
}

export interface Verdict {
  /** Deterministic: digest of bundle, entry point and input without the time. */
  readonly decisionId: string;
  readonly allowed: boolean;
  /** `error`: the engine could not answer and the gate failed closed. */
  readonly outcome: 'allow' | 'deny' | 'error';
  readonly reasons: readonly Reason[];
  readonly warnings: readonly Reason[];
  /** SHA-256 of the policy bundle that answered. */
  readonly bundle: string;
  readonly step: string;
}
