import type { Milliseconds } from '../../../core/decision.ts';
import { parseDuration } from '../../../core/duration.ts';
import { type DeploymentObserved, isRollingOut, stepState, wasPromotedHere } from '../observed.ts';

/** The time after its promotion over which a revision is still measured. */
export interface AfterPromotion {
  readonly startedAt: Milliseconds;
  readonly until: Milliseconds;
}

/** Of the delivery that promoted, where its plan asks for it, whether it is over or not. */
export function afterPromotion(observed: DeploymentObserved): AfterPromotion | undefined {
  const length = parseDuration(observed.delivery.plan.analysis?.afterPromotion ?? '');
  if (length === undefined || !wasPromotedHere(observed)) return undefined;
  const startedAt = Date.parse(observed.memory.steps?.find(({ name }) => name === 'promote')?.finishedAt ?? '');
  return Number.isNaN(startedAt) ? undefined : { startedAt, until: startedAt + length };
}

/** True from the promotion until the metrics, the clock or a person have decided. */
export function isAnalysedAfter(observed: DeploymentObserved): boolean {
  return (
    afterPromotion(observed) !== undefined &&
    !['Done', 'Skipped', 'Failed'].includes(stepState(observed, 'analyse') ?? '')
  );
}

/** True while what is measured can still take a revision back. */
export function isMeasured(observed: DeploymentObserved): boolean {
  return isRollingOut(observed) || isAnalysedAfter(observed);
}
