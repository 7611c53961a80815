import { conditionTypes } from '../../../api/conditions.ts';
import type { Condition } from '../../../api/objects.ts';
import type { Milliseconds } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import { type DeploymentObserved, isRollingOut } from '../observed.ts';

/** A deadline of the step's own, such as that of a call, says more of the cause, and comes first. */
const LAST_WORD: Milliseconds = 1_000;

/**
 * Why a roll-out that something holds as it stands is given up: a denial by policy, a Service that is gone, arguments that a
 * tool does not take. It has a progress deadline to be mended, or the version would stay half rolled out for ever.
 */
export function heldTooLong(
  observed: DeploymentObserved,
  laws: Laws,
): Pick<Condition, 'reason' | 'message'> | undefined {
  const held = stalled(observed);
  if (held === undefined || !isRollingOut(observed) || laws.now < holdEnds(observed, laws)) return undefined;
  const { progressDeadlineSeconds } = observed.delivery.plan;
  return { reason: held.reason, message: `held for ${progressDeadlineSeconds} s: ${held.message}` };
}

/**
 * When what holds the roll-out has held it for the progress deadline; from now on where nothing does yet. Where rollback is not
 * automatic a person decides, who reads of it in Stalled.
 */
export function holdEnds(observed: DeploymentObserved, { now }: Laws): Milliseconds {
  if (observed.delivery.plan.holdsFailure === true) return Number.POSITIVE_INFINITY;
  const since = Date.parse(stalled(observed)?.lastTransitionTime ?? '') || now;
  return since + observed.delivery.plan.progressDeadlineSeconds * 1000 + LAST_WORD;
}

function stalled({ object }: DeploymentObserved): Condition | undefined {
  const found = object.status?.conditions?.find(({ type }) => type === conditionTypes.stalled);
  return found?.status === 'True' && found.observedGeneration === object.metadata.generation ? found : undefined;
}
