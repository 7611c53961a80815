import { labels } from '../../../api/names.ts';
import type { PlannedTraffic } from '../delivery/planned-strategy.ts';
import { type DeploymentObserved, planOfRevision } from '../observed.ts';
import { revisionOf } from '../rollout/revision-of.ts';
import type { Backend, Traffic } from '../rollout/world.ts';
import { placeOf } from '../strategy/place.ts';
import { canaryTrafficOf } from './canary-traffic-of.ts';
import { leadsTo } from './leads-to.ts';
import { readyBehind } from './ready-behind.ts';
import { routeOf } from './route-of.ts';

/** The traffic of a canary as the planner sees it, on the way to one revision. */
export function trafficOf(observed: DeploymentObserved, target: string): Traffic | undefined {
  const planned = canaryTrafficOf(observed);
  if (planned === undefined) return undefined;
  const { stable, canary, weight } = leadOf(observed, target);
  const route = routeOf(observed, planned, weight > 0);
  return {
    stable: backend(observed, planned.stableService, stable),
    canary: backend(observed, planned.canaryService, canary),
    ...(route === undefined ? {} : { route }),
    weight,
    shared: isShared(observed, planned),
  };
}

/** Whether canary pods run within N: on top of it going back is instant, but an autoscaler must find N pods at every hold. */
export function isShared({ autoscalers }: DeploymentObserved, { route, capacity }: PlannedTraffic): boolean {
  // By Services alone the stable one keeps all of the traffic, and so all of the pods.
  if (route === undefined) return false;
  return capacity === undefined ? autoscalers.length > 0 : capacity === 'Shared';
}

/** True while a roll-out has something beside it that serves: only then is there traffic to split. */
export function splits({ memory, delivery, replicaSets, plans }: DeploymentObserved, target: string): boolean {
  const { serving } = memory.revisions ?? {};
  if (serving === undefined || target !== delivery.plan.revision || target === serving) return false;
  return replicaSets.some((one) => revisionOf(one) === serving) || planOfRevision(plans, serving) !== undefined;
}

function leadOf(observed: DeploymentObserved, target: string) {
  const { serving = target } = observed.memory.revisions ?? {};
  if (!splits(observed, target)) return { stable: target, canary: target, weight: 0 };
  const { weight } = placeOf(observed);
  return { stable: serving, canary: weight > 0 ? target : serving, weight };
}

function backend(observed: DeploymentObserved, service: string, lead: string): Backend {
  const found = observed.services.find(({ metadata }) => metadata.name === service);
  const ours = found?.metadata.labels?.[labels.deployment] !== undefined;
  const names = ours && found !== undefined ? leadsTo(found) : undefined;
  return { service, lead, ...(names === undefined ? {} : { names }), ready: readyBehind(observed, service) };
}
