import type { PolicyAnswer } from '../ports/policy.ts';
import { bounded } from './conditions.ts';
import type { Reason, Verdict } from './gate-input.ts';

const REASONS_KEPT = 50;
const REASON_LENGTH = 512;

export type Judged = Pick<Verdict, 'allowed' | 'outcome' | 'reasons' | 'warnings'>;

const DEFAULT_DENY: Reason = {
  rule: 'code/default-deny',
  message: 'no policy rule allows these actions',
  remedy: 'ask the policy owner to allow this step, or change what it would write',
};

/** Default deny: an answer that is not a clear allow is a deny with a reason, and so is no answer at all. */
export function verdictOf(answer: PolicyAnswer): Judged {
  if (!answer.ok) return failed(answer.failure, answer.message);
  const { value } = answer;
  if (!isDecision(value)) return failed('bad-result', 'the policy did not answer {allow, deny, warn}');
  const [reasons, warnings] = [kept(value.deny), kept(value.warn ?? [])];
  if (value.allow && reasons.length === 0) return { allowed: true, outcome: 'allow', reasons: [], warnings };
  return { allowed: false, outcome: 'deny', reasons: reasons.length > 0 ? reasons : [DEFAULT_DENY], warnings };
}

function failed(failure: string, message: string): Judged {
  const reason = { rule: `code/${failure}`, message: bounded(message, REASON_LENGTH) };
  return { allowed: false, outcome: 'error', reasons: [reason], warnings: [] };
}

/** Sorted, so that the same denial is always told alike, and bounded, since it goes into status. */
function kept(reasons: readonly Reason[]): readonly Reason[] {
  return [...reasons]
    .sort((left, right) => (left.rule + left.message < right.rule + right.message ? -1 : 1))
    .slice(0, REASONS_KEPT)
    .map(({ rule, message, remedy, until }) => ({
      rule: bounded(rule, REASON_LENGTH),
      message: bounded(message, REASON_LENGTH),
      ...(remedy === undefined ? {} : { remedy: bounded(remedy, REASON_LENGTH) }),
      ...(until === undefined ? {} : { until: bounded(until, REASON_LENGTH) }),
    }));
}

interface Decided {
  readonly allow: boolean;
  readonly deny: readonly Reason[];
  readonly warn?: readonly Reason[];
}

const isDecision = (value: unknown): value is Decided =>
  isObject(value) &&
  typeof value['allow'] === 'boolean' &&
  isReasons(value['deny']) &&
  (value['warn'] === undefined || isReasons(value['warn']));

const isReasons = (value: unknown): value is readonly Reason[] => Array.isArray(value) && value.every(isReason);

const isReason = (value: unknown): value is Reason =>
  isObject(value) &&
  typeof value['rule'] === 'string' &&
  typeof value['message'] === 'string' &&
  isTextOrAbsent(value['remedy']) &&
  isTextOrAbsent(value['until']);

const isTextOrAbsent = (value: unknown): boolean => value === undefined || typeof value === 'string';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
