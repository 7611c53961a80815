import type { DeploymentObserved } from '../observed.ts';
import { placeOf } from '../strategy/place.ts';

/** The step as notices name it: within a strategy with the number of its step, since people are asked more than once. */
export function stageOf(observed: Pick<DeploymentObserved, 'delivery' | 'memory'>, step: string): string {
  if (step !== 'roll-out' || observed.delivery.plan.strategy === undefined) return step;
  return `${step}/${placeOf(observed).index}`;
}
