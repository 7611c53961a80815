import { type Decision, done } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import type { Step } from '../../../core/room.ts';
import { type DeploymentObserved, isServing, rejectionOf } from '../observed.ts';
import { failedHere } from '../steps/roll-back.ts';
import { callsHere, plannedCalls } from '../tools/calls-here.ts';
import { goOn, nextCall } from '../tools/next-call.ts';
import { nextSupersededUndo, nextUndo, supersededUndoIsLeft, undoIsLeft } from '../tools/undos.ts';

/** Were calls made for a delivery that will never be promoted? Then what undoes them is called before the object goes. */
export const withdraw: Step<DeploymentObserved> = {
  name: 'withdraw',
  condition: 'Withdrawn',
  safety: true,
  decide(observed, laws) {
    if (!hasUnfinishedCalls(observed)) return done('NothingToWithdraw', 'no call of a tool is left to undo');
    const own = ownAreUnfinished(observed) ? nextOwn(observed, laws) : undefined;
    return own ?? nextSupersededUndo(observed, laws) ?? done('Withdrawn', 'the calls that undo were made');
  },
};

function nextOwn(observed: DeploymentObserved, laws: Laws): Decision | undefined {
  const { onRollback } = observed.delivery.plan.tools;
  return nextUndo(observed, laws) ?? nextCall(observed, laws, 'withdraw', onRollback, goOn);
}

/** True where calls that will not be promoted were made, and not all that takes them back has its answer, whichever step began it. */
export function hasUnfinishedCalls(observed: DeploymentObserved): boolean {
  return ownAreUnfinished(observed) || supersededUndoIsLeft(observed);
}

function ownAreUnfinished(observed: DeploymentObserved): boolean {
  const steps = ['prepare', 'roll-out', 'roll-back'] as const;
  const called = steps.some((step) => callsHere(observed, step).length > 0);
  const lost = rejectionOf(observed) === undefined ? !isServing(observed) : failedHere(observed);
  return called && lost && (undoIsLeft(observed) || rollbackIsLeft(observed));
}

/** True while a call of a rollback was not made, or has no answer. */
function rollbackIsLeft(observed: DeploymentObserved): boolean {
  const ended = callsHere(observed, 'roll-back').filter(({ outcome }) => outcome !== undefined);
  return ended.length < plannedCalls(observed.delivery.plan, 'roll-back').length;
}
