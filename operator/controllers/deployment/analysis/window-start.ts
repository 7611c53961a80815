import type { Milliseconds } from '../../../core/decision.ts';
import type { DeploymentObserved } from '../observed.ts';
import { placeOf } from '../strategy/place.ts';
import { afterPromotion } from './after-promotion.ts';

/** When the measurements that count now began: with the strategy step at work, or with the promotion. */
export function windowStart(observed: DeploymentObserved): Milliseconds | undefined {
  return afterPromotion(observed)?.startedAt ?? placeOf(observed).startedAt;
}
