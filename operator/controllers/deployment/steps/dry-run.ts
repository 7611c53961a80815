import { reasons } from '../../../api/conditions.ts';
import type { Action } from '../../../core/action.ts';
import { act, done } from '../../../core/decision.ts';
import type { Step } from '../../../core/room.ts';
import { isTriedOnly } from '../is-tried-only.ts';
import { type DeploymentObserved, isServing } from '../observed.ts';
import { superfluous } from '../retention.ts';

/**
 * The end of a delivery that is tried only: what came before it asked the API server, policy and the experts about the plan
 * that the delivery itself will have, since `dryRun` is no part of it.
 */
export const dryRun: Step<DeploymentObserved> = {
  name: 'dry-run',
  condition: 'DryRun',
  tellsOutcome: true,
  when: ({ object }) => object.spec.dryRun === true,
  decide(observed) {
    const { plan } = observed.delivery;
    const { serving } = observed.memory.revisions ?? {};
    const passed = `the dry run of plan ${plan.hash}, revision ${plan.revision}, passed`;
    if (!isTriedOnly(observed)) {
      const why = isServing(observed) ? 'it serves already' : 'its roll-out had begun';
      return done(reasons.dryRunPassed, `${passed}: ${why}`);
    }
    const [first, ...rest] = leftOver(observed);
    if (first !== undefined) return act('Pruning', 'deleting what earlier dry runs left', first, ...rest);
    const meanwhile = serving === undefined ? 'nothing serves yet' : `revision ${serving} serves on`;
    return done(reasons.dryRunPassed, `${passed}; ${meanwhile}; set spec.dryRun to false to deliver it`);
  },
};

/** Dry runs alone would pile up plans and questions: the step that prunes after a promotion is never reached. */
function leftOver(observed: DeploymentObserved): readonly Action[] {
  return superfluous(observed).filter(
    (action) => action.type === 'delete-object' && action.target.resource !== 'ReplicaSet',
  );
}
