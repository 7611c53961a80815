import type { ToolCallStatus } from '../../../api/generated/deployment.ts';
import { digest } from '../../../core/hash.ts';
import type { FrozenPlan, PlannedCall } from '../delivery/frozen-plan.ts';
import type { DeploymentObserved } from '../observed.ts';

export type CallingStep = 'prepare' | 'roll-out' | 'finish' | 'roll-back' | 'withdraw' | 'undo';

/** The first attempt of a call: retries are new deliveries. */
export const ATTEMPT = 1;

/** The calls of the plan that each step works through. */
export function plannedCalls({ tools, strategy }: FrozenPlan, step: CallingStep): readonly PlannedCall[] {
  switch (step) {
    case 'prepare':
      return tools.before;
    case 'roll-out':
      return strategy?.type === 'Canary' ? strategy.steps.flatMap(({ call }) => call ?? []) : [];
    case 'finish':
      return tools.after;
    case 'roll-back':
    case 'withdraw':
      return tools.onRollback;
    case 'undo':
      // Planned with the calls that they take back.
      return [];
  }
}

/**
 * Idempotency key: the same call of the same delivery has it again after any crash, and no other call ever has. What a rollback
 * calls is one call, whether the rollback makes it or the deletion that fell into it.
 */
export function callKey({ object, delivery }: DeploymentObserved, step: CallingStep, name: string): string {
  return keyIn(object.metadata.uid, delivery.id, step, name);
}

/** The key that a call has in the delivery of this id. */
export function keyIn(uid: string | undefined, delivery: string, step: CallingStep, name: string): string {
  const keyed = step === 'withdraw' ? 'roll-back' : step;
  return digest([uid ?? '', delivery, keyed, name, ATTEMPT]);
}

/** What is known of this delivery's calls in one step; status also keeps a few of deliveries before it. */
export function callsHere(observed: DeploymentObserved, step: CallingStep): readonly ToolCallStatus[] {
  const keys = new Set(plannedCalls(observed.delivery.plan, step).map(({ name }) => callKey(observed, step, name)));
  return (observed.memory.tools ?? []).filter(({ key }) => keys.has(key));
}
