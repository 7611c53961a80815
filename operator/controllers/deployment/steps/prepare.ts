import { type Decision, done } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import type { Step } from '../../../core/room.ts';
import { type DeploymentObserved, isServing } from '../observed.ts';
import { waitForOthers } from '../order/wait-for-others.ts';
import { callsHere } from '../tools/calls-here.ts';
import { nextCall, type StoppedCall, standStill } from '../tools/next-call.ts';
import { toldAccepted } from '../tools/told-accepted.ts';
import { nextUndo, toldUndos } from '../tools/undos.ts';

/** Is it this delivery's turn, and were the tools that must run before the roll-out called, each once, with success? */
export const prepare: Step<DeploymentObserved> = {
  name: 'prepare',
  condition: 'Prepared',
  decide(observed, laws) {
    const others = waitForOthers(observed, laws);
    if (others !== undefined) return others;
    const { before } = observed.delivery.plan.tools;
    if (before.length === 0) return done('NothingToPrepare', 'spec.tools.before names no tool');
    // Asked of the calls and not of the step: a crash may have lost that the step was done, never a call.
    if (isServing(observed) && callsHere(observed, 'prepare').length < before.length) {
      return done('AlreadyServing', 'the revision serves already: nothing is prepared for it again');
    }
    const next = nextCall(observed, laws, 'prepare', before, (stopped) => takeBack(observed, laws, stopped));
    if (next !== undefined) return next;
    const undone = callsHere(observed, 'prepare').filter(({ outcome }) => outcome === 'Undone');
    if (undone.length > 0) return standStill(takenBack(undone.map(({ name }) => name)));
    return done('Prepared', `called ${before.map(({ name }) => name).join(', ')}${toldAccepted(observed, 'prepare')}`);
  },
};

/** Nothing was rolled out: the calls that were made are taken back, and the cause stays told. */
function takeBack(observed: DeploymentObserved, laws: Laws, { reason, message }: StoppedCall): Decision | undefined {
  return nextUndo(observed, laws) ?? standStill({ reason, message: `${message}${toldUndos(observed)}` });
}

/** What was taken back does not hold any more: only a new attempt, under keys of its own, calls it again. */
function takenBack(names: readonly string[]): StoppedCall {
  return { reason: 'ToolFailed', message: `${names.join(', ')} was called for this delivery, and undone` };
}
