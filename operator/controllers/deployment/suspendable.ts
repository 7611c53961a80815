import { reasons } from '../../api/conditions.ts';
import { wait } from '../../core/decision.ts';
import type { Step } from '../../core/room.ts';
import type { DeploymentObserved } from './observed.ts';

/** The step as it is while the object or its Tenant is suspended: it looks and tells, and moves nothing. */
export function suspendable(step: Step<DeploymentObserved>): Step<DeploymentObserved> {
  return {
    ...step,
    decide(observed, laws) {
      const decision = step.decide(observed, laws);
      const moves = decision.kind === 'act' || decision.kind === 'wait';
      const held = heldBy(observed);
      if (held === undefined || !moves) return decision;
      return wait(reasons.suspended, `suspended before step ${step.name}: ${decision.message}; ${held}`);
    },
  };
}

/** What to do for it to go on; `undefined` while nothing holds it. */
function heldBy({ object, tenant }: DeploymentObserved): string | undefined {
  if (object.spec.suspend === true) return 'set spec.suspend to false to go on';
  return tenant?.spec.suspend === true ? `Tenant ${tenant.metadata.name} is suspended, its owners know why` : undefined;
}
