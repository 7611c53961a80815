import type { DeploymentObserved } from '../observed.ts';
import { blueGreenOf } from './blue-green-of.ts';
import { canaryTrafficOf } from './canary-traffic-of.ts';

/** The Services that the plan names, by which it sends traffic. */
export function namedServices(observed: Pick<DeploymentObserved, 'delivery'>): readonly string[] {
  const { activeService, previewService } = blueGreenOf(observed) ?? {};
  const { stableService, canaryService } = canaryTrafficOf(observed) ?? {};
  return [activeService, previewService, stableService, canaryService].filter((name) => name !== undefined);
}
