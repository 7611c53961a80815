import { conditionTypes } from '../../api/conditions.ts';
import type { Decision, Milliseconds } from '../../core/decision.ts';
import type { Laws } from '../../core/laws.ts';
import type { Step } from '../../core/room.ts';
import { holdEnds } from './delivery/held-too-long.ts';
import { type DeploymentObserved, isRollingOut, isServing, rejectionOf } from './observed.ts';
import { lastPodChange, progressedAt } from './rollout/told-counts.ts';
import { placeOf } from './strategy/place.ts';

/** While something holds pods half rolled out, or keeps what serves from coming back. */
const ASK_AGAIN: Milliseconds = 30_000;

/**
 * The step with an end to everything it may meet. What fails before anything moves, on the way back or where it serves is told
 * as Stalled after the progress deadline, and tried again all the same; so is what fails in flight, and what holds a roll-out
 * is looked at again when its time is over.
 */
export function timely(step: Step<DeploymentObserved>): Step<DeploymentObserved> {
  return {
    ...step,
    decide(observed, laws) {
      const decision = step.decide(observed, laws);
      const length = observed.delivery.plan.progressDeadlineSeconds * 1000;
      if (isRollingOut(observed)) {
        const timed = decision.kind === 'act' ? { ...decision, deadline: movedAt(observed, laws) + length } : decision;
        return lookedAtAgain(timed, laws, holdEnds(observed, laws));
      }
      if (decision.kind !== 'act') return decision;
      const deadline = triedSince(observed, laws) + length;
      const again = decision.ready === 'False' ? laws.now + ASK_AGAIN : Number.POSITIVE_INFINITY;
      const times = [decision.until, deadline, again].flatMap((time) =>
        time !== undefined && time > laws.now ? [time] : [],
      );
      const until = Math.min(...times);
      return { ...decision, deadline, ...(until === Number.POSITIVE_INFINITY ? {} : { until }) };
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

/** What is tried began with the delivery, with its rejection, with its promotion, or when what serves was Ready no more. */
function triedSince(observed: DeploymentObserved, { now }: Laws): Milliseconds {
  const { object, memory } = observed;
  const began = [memory.plan?.startedAt, rejectionOf(observed)?.at];
  if (!isServing(observed)) return latest(began) || now;
  const promoted = memory.steps?.find(({ name }) => name === 'promote')?.finishedAt;
  const ready = object.status?.conditions?.find(({ type }) => type === conditionTypes.ready);
  return ready?.status === 'True' ? now : latest([...began, promoted, ready?.lastTransitionTime]) || now;
}

/** When the roll-out went on last: what a step of the strategy tries has its deadline from there. */
function movedAt(observed: DeploymentObserved, { now }: Laws): Milliseconds {
  const { startedAt = now } = placeOf(observed);
  return Math.max(startedAt, progressedAt(observed, now) ?? 0, lastPodChange(observed.pods));
}

const latest = (times: readonly (string | undefined)[]): Milliseconds =>
  Math.max(0, ...times.map((time) => Date.parse(time ?? '') || 0));
