import { routePorts } from '../build/http-route.ts';
import type { DeploymentObserved } from '../observed.ts';
import { canaryTrafficOf } from './canary-traffic-of.ts';

/** What the spec asks of traffic that cannot be, with what to change. */
export function trafficMistake(observed: DeploymentObserved): string | undefined {
  const { strategy, rollback } = observed.object.spec;
  const planned = canaryTrafficOf(observed);
  const { capacity, scaleDownDelaySeconds } = strategy?.canary ?? {};
  if (planned?.route === undefined && planned !== undefined && capacity === 'Shared') {
    return 'spec.strategy.canary.capacity is Shared, but by Services alone the stable one keeps all of the traffic and so all of the pods; add canary.traffic, or remove canary.capacity';
  }
  if (planned?.route?.generate !== undefined) {
    const ports = routePorts(observed, planned);
    if (ports.length !== 1) {
      return `Service ${planned.stableService} has ${ports.length} ports (${ports.join(', ')}), so spec.strategy.canary.traffic.httpRoute.generate.port has to name the one that the route sends to`;
    }
  }
  if (planned !== undefined || strategy?.type === 'BlueGreen') return undefined;
  if (capacity === 'Extra') {
    return 'spec.strategy.canary.capacity is Extra, but where weight is a share of the pods both revisions share replicas; set canary.capacity to Shared, or name canary.stableService, canary.canaryService and canary.traffic';
  }
  if (scaleDownDelaySeconds !== undefined) {
    return 'spec.strategy.canary.scaleDownDelaySeconds keeps pods that would get traffic where weight is a share of the pods; remove it, or name canary.stableService and canary.canaryService';
  }
  if ((rollback?.scaleDownDelaySeconds ?? 30) !== 30) {
    return 'spec.rollback.scaleDownDelaySeconds keeps pods that would get traffic where weight is a share of the pods; remove it, or name canary.stableService and canary.canaryService';
  }
  return undefined;
}
