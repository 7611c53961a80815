import type { Milliseconds } from '../../../core/decision.ts';
import type { DeploymentObserved } from '../observed.ts';

/** When what has to be there before a roll-out was waited for long enough: the progress deadline, from the start of the delivery. */
export function startDeadline({ memory, delivery }: DeploymentObserved, now: Milliseconds): Milliseconds {
  return (Date.parse(memory.plan?.startedAt ?? '') || now) + delivery.plan.progressDeadlineSeconds * 1000;
}
