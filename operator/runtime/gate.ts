/**
 * The gate: every step with effects asks policy, default deny. It is the only maker of a `Permit`, and performers accept
 * nothing else, so no effect can happen without an allow.
 */
import type { Action } from '../core/action.ts';
import { buildGateInput } from '../core/build-gate-input.ts';
import { bounded } from '../core/conditions.ts';
import type { Milliseconds } from '../core/decision.ts';
import type { GateQuestion, Reason, Verdict } from '../core/gate-input.ts';
import { shortHash } from '../core/hash.ts';
import type { PolicyAnswer, PolicyEngine } from '../ports/policy.ts';

const REASONS_KEPT = 50;
const REASON_LENGTH = 512;
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
    ...judge(answer),
  };
  const permit = Permit.for(verdict, question.actions);
  return permit === undefined ? { verdict } : { verdict, permit };
}

/** `deployment`, `roll-out` -> `code/deployment/roll_out/decision` */
export function entryPointOf(kind: string, step: string): string {
  const name = (text: string) => text.replaceAll('-', '_');
  return `code/${name(kind)}/${name(step)}/decision`;
}

function judge(answer: PolicyAnswer): Pick<Verdict, 'allowed' | 'outcome' | 'reasons' | 'warnings'> {
  if (!answer.ok) return failed(answer.failure, answer.message);
  const { value } = answer;
  if (!isObject(value) || typeof value['allow'] !== 'boolean' || !isReasons(value['deny'])) {
    return failed('bad-result', 'the policy did not answer {allow, deny, warn}');
  }
  const reasons = kept(value['deny']);
  const warnings = isReasons(value['warn']) ? kept(value['warn']) : [];
  if (value['allow'] && reasons.length === 0) return { allowed: true, outcome: 'allow', reasons: [], warnings };
  const told = reasons.length > 0 ? reasons : [DEFAULT_DENY];
  return { allowed: false, outcome: 'deny', reasons: told, warnings };
}

const DEFAULT_DENY: Reason = {
  rule: 'code/default-deny',
  message: 'no policy rule allows these actions',
  remedy: 'ask the policy owner to allow this step, or change what it would write',
};

function failed(failure: string, message: string): Pick<Verdict, 'allowed' | 'outcome' | 'reasons' | 'warnings'> {
  const reason = { rule: `code/${failure}`, message: bounded(message, REASON_LENGTH) };
  return { allowed: false, outcome: 'error', reasons: [reason], warnings: [] };
}

function kept(reasons: readonly Reason[]): readonly Reason[] {
  return [...reasons]
    .sort((left, right) => (left.rule + left.message < right.rule + right.message ? -1 : 1))
    .slice(0, REASONS_KEPT)
    .map((reason) => ({
      rule: bounded(reason.rule, REASON_LENGTH),
      message: bounded(reason.message, REASON_LENGTH),
      ...(reason.remedy === undefined ? {} : { remedy: bounded(reason.remedy, REASON_LENGTH) }),
      ...(reason.until === undefined ? {} : { until: bounded(reason.until, REASON_LENGTH) }),
    }));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

function isReasons(value: unknown): value is readonly Reason[] {
  return (
    Array.isArray(value) &&
    value.every(
      (item: unknown) => isObject(item) && typeof item['rule'] === 'string' && typeof item['message'] === 'string',
    )
  );
}
