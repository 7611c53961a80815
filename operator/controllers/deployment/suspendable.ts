import { reasons } from '../../api/conditions.ts';
import { wait } from '../../core/decision.ts';
import type { Step } from '../../core/room.ts';
import type { DeploymentObserved } from './observed.ts';

/** The step as it is while `spec.suspend` is set: it looks and tells, and moves nothing. */
export function suspendable(step: Step<DeploymentObserved>): Step<DeploymentObserved> {
  return {
    ...step,
    decide(observed, laws) {
      const decision = step.decide(observed, laws);
      const moves = decision.kind === 'act' || decision.kind === 'wait';
      if (observed.object.spec.suspend !== true || !moves) return decision;
      return wait(
        reasons.suspended,
        `suspended before step ${step.name}: ${decision.message}; set spec.suspend to false to go on`,
      );
    },
  };
}
