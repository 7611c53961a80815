import { conditionTypes } from '../api/conditions.ts';
import { type CodeError, Upstream } from '../api/errors.ts';
import type { CodeObject } from '../api/objects.ts';
import { camelCase } from './conditions.ts';
import type { Decision, Milliseconds } from './decision.ts';

/**
 * The failure as it counts at this time: after the deadline of what was tried, what others did not do is told as Stalled. One
 * that status does not tell yet is the first of its kind, and may be over in a moment.
 */
export function overdue(
  failure: CodeError,
  { deadline }: Extract<Decision, { kind: 'act' }>,
  { status }: CodeObject,
  now: Milliseconds,
): CodeError {
  const ready = status?.conditions?.find(({ type }) => type === conditionTypes.ready);
  const late = failure instanceof Upstream && deadline !== undefined && now >= deadline;
  return late && ready?.reason === camelCase(failure.reason)
    ? new Upstream(failure.reason, failure.message, { cause: failure, stalled: true })
    : failure;
}
