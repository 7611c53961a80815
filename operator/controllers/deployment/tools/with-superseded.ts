import type { Deployment, ToolCallStatus } from '../../../api/generated/deployment.ts';
import type { FrozenPlan } from '../delivery/frozen-plan.ts';
import { keyIn, plannedCalls } from './calls-here.ts';
import { isOwed } from './is-owed.ts';
import { withLostPlan } from './lost-undo.ts';
import { UNDONE_STEPS } from './undone-steps.ts';

/**
 * The calls in status as another delivery finds them: those that the delivery before it made, that say what takes them back, and
 * that still hold although it never ended, are marked with its plan. `plan` is the one that status speaks of; where it was deleted
 * nothing says what takes them back, and that is told of them.
 */
export function withSuperseded(object: Deployment, plan: FrozenPlan | undefined): readonly ToolCallStatus[] {
  const { metadata, status } = object;
  const tools = status?.tools ?? [];
  if (plan === undefined) return withLostPlan(object);
  if (status?.plan?.hash !== plan.hash) return tools;
  // What was promoted since may have called the same things: an undo that comes after it would take that back.
  if (isPromoted(status, plan)) return wasPromotedHere(status) ? tools.map(unmarked) : tools;
  const delivery = status.plan.delivery;
  const keys = new Set(
    UNDONE_STEPS.flatMap((step) =>
      plannedCalls(plan, step).flatMap(({ name, undo }) =>
        undo === undefined ? [] : [keyIn(metadata.uid, delivery, step, name)],
      ),
    ),
  );
  return tools.map((call) => {
    const marked = { ...call, superseded: plan.hash };
    return keys.has(call.key) && isOwed(tools, marked) ? marked : call;
  });
}

function wasPromotedHere({ steps = [] }: NonNullable<Deployment['status']>): boolean {
  return steps.some(({ name, state }) => name === 'promote' && state === 'Done');
}

function unmarked({ superseded: _mark, ...call }: ToolCallStatus): ToolCallStatus {
  return call;
}

/** What was promoted stands, and with it what was called for it, unless it was rejected after that. */
function isPromoted({ revisions }: NonNullable<Deployment['status']>, { revision, hash }: FrozenPlan): boolean {
  const rejected = revisions?.rejected?.some(({ plan }) => plan === hash) ?? false;
  return revisions?.serving === revision && !rejected;
}
