import { act, done } from '../../../core/decision.ts';
import type { Step } from '../../../core/room.ts';
import { type DeploymentObserved, replicasWanted, wasPromotedHere } from '../observed.ts';
import { superfluous } from '../retention.ts';
import { availableHere } from '../rollout/told-counts.ts';
import { callsHere } from '../tools/calls-here.ts';
import { goOn, nextCall } from '../tools/next-call.ts';

/** What follows a promotion: it fails open, since what serves is not in question any more. */
export const finish: Step<DeploymentObserved> = {
  name: 'finish',
  condition: 'Finished',
  decide(observed, laws) {
    const { plan } = observed.delivery;
    // Calls belong to the delivery that promoted, never to one that found the revision serving.
    const calls = wasPromotedHere(observed) ? plan.tools.after : [];
    const next = nextCall(observed, laws, 'finish', calls, goOn);
    if (next !== undefined) return next;
    const [first, ...rest] = superfluous(observed);
    if (first !== undefined) return act('Pruning', 'deleting what is beyond spec.revisionHistoryLimit', first, ...rest);
    const failed = callsHere(observed, 'finish').filter(({ outcome }) => outcome !== 'Succeeded');
    const told = failed.length === 0 ? '' : `; after it ${failed.map(({ name }) => name).join(', ')} did not succeed`;
    const pods = `${availableHere(observed)} of ${replicasWanted(observed)} pods available`;
    const later = observed.delivery.rulesWait
      ? '; the changed rules wait for the next delivery, a new value of the annotation code-engine.dev/retry starts one'
      : '';
    return done('Promoted', `revision ${plan.revision} serves with ${pods}${told}${later}`);
  },
};
