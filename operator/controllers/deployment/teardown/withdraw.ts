import { done } from '../../../core/decision.ts';
import type { Step } from '../../../core/room.ts';
import { type DeploymentObserved, isServing, rejectionOf } from '../observed.ts';
import { failedHere } from '../steps/roll-back.ts';
import { callsHere } from '../tools/calls-here.ts';
import { goOn, nextCall } from '../tools/next-call.ts';
import { nextUndo, undoIsLeft } from '../tools/undos.ts';

/** Were calls made for a delivery that will never be promoted? Then what undoes them is called before the object goes. */
export const withdraw: Step<DeploymentObserved> = {
  name: 'withdraw',
  condition: 'Withdrawn',
  safety: true,
  decide(observed, laws) {
    if (!hasUnfinishedCalls(observed)) return done('NothingToWithdraw', 'no call of a tool is left to undo');
    const { onRollback } = observed.delivery.plan.tools;
    const next = nextUndo(observed, laws) ?? nextCall(observed, laws, 'withdraw', onRollback, goOn);
    return next ?? done('Withdrawn', 'the calls that undo were made');
  },
};

/** Calls were made before a roll-out that was not promoted. */
export function hasUnfinishedCalls(observed: DeploymentObserved): boolean {
  const called = callsHere(observed, 'prepare').length + callsHere(observed, 'roll-out').length > 0;
  const undone = callsHere(observed, 'roll-back').length > 0;
  const underWay = !isServing(observed) && (rejectionOf(observed) === undefined || failedHere(observed));
  return called && underWay && (!undone || undoIsLeft(observed));
}
