import type { PlannedTraffic } from '../delivery/planned-strategy.ts';
import type { DeploymentObserved } from '../observed.ts';

/** The Services, and the route between them, that this canary delivery moves; `undefined` where weight is a share of the pods. */
export function canaryTrafficOf({ delivery }: Pick<DeploymentObserved, 'delivery'>): PlannedTraffic | undefined {
  const { strategy } = delivery.plan;
  return strategy?.type === 'Canary' ? strategy.traffic : undefined;
}
