import type { Metric } from '../../../../api/generated/deployment.ts';
import type { DeploymentObserved } from '../../observed.ts';
import { placeOf } from '../../strategy/place.ts';
import { type StrategyStep, stepsOf } from '../../strategy/steps-of.ts';
import { afterPromotion } from '../after-promotion.ts';

/** A Job costs more than a question: where a step waits for it, other steps do not run it. */
export function runsHere(observed: DeploymentObserved, { name, provider }: Metric): boolean {
  if (provider.job === undefined || afterPromotion(observed) !== undefined) return true;
  const waits = (step: StrategyStep) => 'analyse' in step && (step.analyse?.metrics.includes(name) ?? false);
  return waits(placeOf(observed).step) || !stepsOf(observed.delivery.plan).some(waits);
}
