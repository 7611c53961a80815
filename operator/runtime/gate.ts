/**
 * The gate: every step with effects asks policy, default deny. It is the only maker of a `Permit`, and performers accept
 * nothing else, so no effect can happen without an allow.
 */
import type { Action } from '../core/action.ts';
import { buildGateInput } from '../core/build-gate-input.ts';
import type { Milliseconds } from '../core/decision.ts';
import { entryPointOf } from '../core/entry-point-of.ts';
import type { GateQuestion, Verdict } from '../core/gate-input.ts';
import { shortHash } from '../core/hash.ts';
import { verdictOf } from '../core/verdict-of.ts';
import type { PolicyEngine } from '../ports/policy.ts';

const DECISION_ID_LENGTH = 20;

/** Proof that policy allowed exactly these actions. */
export class Permit {
  readonly #actions: readonly Action[];
  readonly verdict: Verdict;

  private constructor(verdict: Verdict, actions: readonly Action[]) {
    this.verdict = verdict;
    this.#actions = actions;
  }

  get actions(): readonly Action[] {
    return this.#actions;
  }

  static for(verdict: Verdict, actions: readonly Action[]): Permit | undefined {
    return verdict.allowed ? new Permit(verdict, actions) : undefined;
  }
}

export interface Answer {
  readonly verdict: Verdict;
  /** Present exactly when the verdict allows. */
  readonly permit?: Permit;
}

/** Asks the platform bundle; an answer that is not a clear allow is a deny with a reason. */
export function askGate(engine: PolicyEngine, question: GateQuestion, now: Milliseconds): Answer {
  const entryPoint = entryPointOf(question.kind, question.step);
  const input = buildGateInput(question, now);
  const answer = engine.decide({ entryPoint, input, now });
  const { time: _time, ...timeless } = input;
  const verdict: Verdict = {
    decisionId: shortHash({ bundle: engine.bundle, entryPoint, input: timeless }, DECISION_ID_LENGTH),
    bundle: engine.bundle,
    step: question.step,
    ...verdictOf(answer),
  };
  const permit = Permit.for(verdict, question.actions);
  return permit === undefined ? { verdict } : { verdict, permit };
}
