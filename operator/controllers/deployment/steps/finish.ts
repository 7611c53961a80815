import { act, type Decision, done } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import type { Step } from '../../../core/room.ts';
import { reject } from '../delivery/reject.ts';
import { type DeploymentObserved, replicasWanted, wasPromotedHere } from '../observed.ts';
import { superfluous } from '../retention.ts';
import { availableHere } from '../rollout/told-counts.ts';
import { callsHere } from '../tools/calls-here.ts';
import { nextCall, type StoppedCall } from '../tools/next-call.ts';
import { toldAccepted } from '../tools/told-accepted.ts';

/** What follows a promotion: it fails open, since what serves is not in question any more. */
export const finish: Step<DeploymentObserved> = {
  name: 'finish',
  condition: 'Finished',
  decide(observed, laws) {
    const { plan } = observed.delivery;
    // Calls belong to the delivery that promoted, never to one that found the revision serving.
    const calls = wasPromotedHere(observed) ? plan.tools.after : [];
    const next = nextCall(observed, laws, 'finish', calls, (stopped) => goBackOnNo(observed, laws, stopped));
    if (next !== undefined) return next;
    const [first, ...rest] = superfluous(observed);
    if (first !== undefined) return act('Pruning', 'deleting what is beyond spec.revisionHistoryLimit', first, ...rest);
    const failed = callsHere(observed, 'finish').filter(({ outcome }) => outcome !== 'Succeeded');
    const unsuccessful = `; after it ${failed.map(({ name }) => name).join(', ')} did not succeed`;
    const told = failed.length === 0 ? '' : `${unsuccessful}${toldAccepted(observed, 'finish')}`;
    const pods = `${availableHere(observed)} of ${replicasWanted(observed)} pods available`;
    const later = observed.delivery.rulesWait
      ? '; the changed rules wait for the next delivery, a new value of the annotation code-engine.dev/retry starts one'
      : '';
    return done('Promoted', `revision ${plan.revision} serves with ${pods}${told}${later}`);
  },
};

/** What serves is in question only where people were asked whether it is. */
function goBackOnNo(observed: DeploymentObserved, laws: Laws, stopped: StoppedCall): Decision | undefined {
  return stopped.refused === true ? reject(observed, laws, { ...stopped, step: 'finish' }) : undefined;
}
