import { done } from '../../../core/decision.ts';
import type { Step } from '../../../core/room.ts';
import { type DeploymentObserved, isServing } from '../observed.ts';
import { waitForOthers } from '../order/wait-for-others.ts';
import { callsHere } from '../tools/calls-here.ts';
import { nextCall, standStill } from '../tools/next-call.ts';

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
    const next = nextCall(observed, laws, 'prepare', before, standStill);
    return next ?? done('Prepared', `called ${before.map(({ name }) => name).join(', ')}`);
  },
};
