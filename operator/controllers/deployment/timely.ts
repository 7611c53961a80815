import type { Decision, Milliseconds } from '../../core/decision.ts';
import type { Laws } from '../../core/laws.ts';
import type { Step } from '../../core/room.ts';
import { holdEnds } from './delivery/held-too-long.ts';
import { type DeploymentObserved, isRollingOut, isServing } from './observed.ts';

/** While something holds pods half rolled out. */
const ASK_AGAIN: Milliseconds = 30_000;

/**
 * The step with an end to everything it may meet. What fails before anything moves is told as Stalled after the progress
 * deadline, and tried again all the same; what holds a roll-out is looked at again when its time is over.
 */
export function timely(step: Step<DeploymentObserved>): Step<DeploymentObserved> {
  return {
    ...step,
    decide(observed, laws) {
      const decision = step.decide(observed, laws);
      if (isRollingOut(observed)) return lookedAtAgain(decision, laws, holdEnds(observed, laws));
      if (decision.kind !== 'act' || step.safety === true || isServing(observed)) return decision;
      const deadline = startDeadline(observed, laws);
      const until = Math.min(decision.until ?? deadline, deadline);
      return { ...decision, deadline, ...(until > laws.now ? { until } : {}) };
    },
  };
}

function lookedAtAgain(decision: Decision, { now }: Laws, end: Milliseconds): Decision {
  if (decision.kind !== 'act' && decision.kind !== 'stuck') return decision;
  const { until = end } = decision;
  // Nobody tells that a policy changed.
  const next = decision.kind === 'act' ? now + ASK_AGAIN : end;
  const first = Math.min(until, end, next);
  return first === Number.POSITIVE_INFINITY ? decision : { ...decision, until: first };
}

function startDeadline({ memory, delivery }: DeploymentObserved, laws: Laws): Milliseconds {
  return (Date.parse(memory.plan?.startedAt ?? '') || laws.now) + delivery.plan.progressDeadlineSeconds * 1000;
}
