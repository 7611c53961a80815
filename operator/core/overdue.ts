import { type CodeError, Upstream } from '../api/errors.ts';
import type { Decision, Milliseconds } from './decision.ts';

/** The failure as it counts at this time: after the deadline of what was tried, what others did not do is told as Stalled. */
export function overdue(
  failure: CodeError,
  { deadline }: Extract<Decision, { kind: 'act' }>,
  now: Milliseconds,
): CodeError {
  const late = failure instanceof Upstream && deadline !== undefined && now >= deadline;
  return late ? new Upstream(failure.reason, failure.message, { cause: failure, stalled: true }) : failure;
}
