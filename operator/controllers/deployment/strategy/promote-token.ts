import { annotations } from '../../../api/names.ts';
import type { Decision } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import { isAnalysedAfter } from '../analysis/after-promotion.ts';
import { verdictNow } from '../analysis/verdict-now.ts';
import { type DeploymentObserved, isRollingOut } from '../observed.ts';
import { placeOf } from './place.ts';
import { stepOn } from './step-on.ts';
import { isGate, type StrategyStep, stepsOf } from './steps-of.ts';

/** The token that nothing has acted on yet. */
export function promoteToken({ object, memory }: DeploymentObserved): string | undefined {
  const token = object.metadata.annotations?.[annotations.promote];
  return token === memory.handled?.promote ? undefined : token;
}

/** True while a token is about to be acted on: by the strategy, or by the question that followed the promotion. */
export function isAwaited(observed: DeploymentObserved): boolean {
  if (promoteToken(observed) === undefined) return false;
  const asks = isAnalysedAfter(observed) && verdictNow(observed, Number.POSITIVE_INFINITY).next === 'ask';
  return asks || isPromotable(observed);
}

/** The token counts while a pause or a weight is at work: before it there is nothing to skip, and a gate is never skipped. */
export function isPromotable(observed: DeploymentObserved): boolean {
  if (promoteToken(observed) === undefined || !isRollingOut(observed)) return false;
  const { index, of, step } = placeOf(observed);
  return index < of && (!isGate(step) || isAsking(observed, step));
}

/** An analysis that came to no verdict is the one gate that a token may open. */
function isAsking(observed: DeploymentObserved, step: StrategyStep): boolean {
  if (!('analyse' in step) || step.analyse === undefined) return false;
  return verdictNow(observed, Number.POSITIVE_INFINITY, step.analyse.metrics).next === 'ask';
}

/** Skips the pauses and weights up to the next gate, or to the end. */
export function skipAhead(observed: DeploymentObserved, laws: Laws): Decision {
  const { index, of } = placeOf(observed);
  const ahead = stepsOf(observed.delivery.plan).findIndex((step, position) => position >= index && isGate(step));
  const token = observed.object.metadata.annotations?.[annotations.promote] ?? '';
  return stepOn(observed, laws, ahead < 0 ? of : ahead + 1, token);
}
