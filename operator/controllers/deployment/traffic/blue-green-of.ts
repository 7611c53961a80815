import type { PlannedBlueGreen } from '../delivery/planned-strategy.ts';
import type { DeploymentObserved } from '../observed.ts';

/** The Services that this delivery switches, where it does. */
export function blueGreenOf({ delivery }: Pick<DeploymentObserved, 'delivery'>): PlannedBlueGreen | undefined {
  const { strategy } = delivery.plan;
  return strategy?.type === 'BlueGreen' ? strategy : undefined;
}
