import { reasons } from '../../api/conditions.ts';
import type { Action } from '../../core/action.ts';
import { type Decision, wait } from '../../core/decision.ts';
import type { Laws } from '../../core/laws.ts';
import type { Step } from '../../core/room.ts';
import { untilNextLook } from './analysis/watch.ts';
import { type DeploymentObserved, isRollingOut } from './observed.ts';

/** The step as it is while the object or its Tenant is suspended, or a roll-out is not to go on by `dryRun`: it looks and tells, and moves nothing. */
export function suspendable(step: Step<DeploymentObserved>): Step<DeploymentObserved> {
  return {
    ...step,
    decide(observed, laws) {
      const decision = step.decide(observed, laws);
      const moves = decision.kind === 'act' || decision.kind === 'wait';
      const held = heldBy(observed);
      if (held === undefined || !moves || looksOnly(decision)) return decision;
      const message = `suspended before step ${step.name}: ${decision.message}; ${held}`;
      return untilLook(observed, wait(reasons.suspended, message), laws);
    },
  };
}

/** What to do for it to go on; `undefined` while nothing holds it. */
function heldBy(observed: DeploymentObserved): string | undefined {
  const { object, tenant } = observed;
  if (object.spec.suspend === true) return 'set spec.suspend to false to go on';
  if (object.spec.dryRun === true && isRollingOut(observed)) {
    return 'its roll-out had begun when spec.dryRun was set; set it to false to go on';
  }
  return tenant?.spec.suspend === true ? `Tenant ${tenant.metadata.name} is suspended, its owners know why` : undefined;
}

/** Metrics are read all the same: what they say is told now, and acted on when the suspend ends. */
function looksOnly(decision: Decision): boolean {
  return decision.kind === 'act' && decision.actions.every(isLook);
}

const isLook = (action: Action) =>
  action.type === 'query-metric' || (action.type === 'record' && action.record.kind === 'looked');

/** A look that is overdue is held by what was decided before it: waking for it again would never end. */
function untilLook(observed: DeploymentObserved, held: Decision, laws: Laws): Decision {
  const timed = untilNextLook(observed, held);
  return timed.kind === 'wait' && (timed.until ?? 0) > laws.now ? timed : held;
}
