import type { Milliseconds } from '../core/decision.ts';
import type { Json } from '../core/json.ts';

/** Why an evaluation has no answer: each class denies (policy-security.md section 1). */
export type PolicyFailureClass =
  | 'undefined'
  | 'bad-result'
  | 'throw'
  | 'deadline'
  | 'memory'
  | 'input-limits'
  | 'no-bundle'
  | 'bad-signature'
  | 'no-entry-point'
  | 'stale-data'
  | 'audit-down'
  | 'engine-restart';

export interface PolicyQuestion {
  /** `code/deployment/roll_out/decision` */
  readonly entryPoint: string;
  readonly input: { readonly [key: string]: Json };
  /** Frozen time of the evaluation. */
  readonly now: Milliseconds;
}

export type PolicyAnswer =
  | { readonly ok: true; readonly value: unknown; readonly latencyMicroseconds: number }
  | { readonly ok: false; readonly failure: PolicyFailureClass; readonly message: string };

/** Evaluates the platform bundle. Synchronous, pure, never throws: a failure is a classed answer, and denies. */
export interface PolicyEngine {
  /** SHA-256 over wasm, settings, capabilities and host version; `none` while no bundle is loaded. */
  readonly bundle: string;
  decide(question: PolicyQuestion): PolicyAnswer;
}
