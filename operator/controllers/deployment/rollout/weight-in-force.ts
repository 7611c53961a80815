import { type DeploymentObserved, isServing } from '../observed.ts';
import { blueGreenOf } from '../traffic/blue-green-of.ts';
import { inForce } from '../traffic/in-force.ts';
import { available, type Traffic } from './world.ts';
import { worldOf } from './world-of.ts';

/** What was told last holds until the route is seen in force again. */
function weightOf({ stable, canary, route }: Traffic, target: string, before: number): number {
  if (stable.ready.has(target)) return 100;
  if (route === undefined || canary.names !== target) return 0;
  return route.given === undefined ? 0 : (route.inForce ?? before);
}

/** Percent of the traffic that the desired revision gets: all or none by a Service, else its share of the pods that serve. */
export function weightInForce(observed: DeploymentObserved): number {
  if (isServing(observed)) return 100;
  if (blueGreenOf(observed) !== undefined) return inForce(observed).has(observed.delivery.plan.revision) ? 100 : 0;
  const { revisions, target, traffic } = worldOf(observed, observed.delivery.plan.revision, 0);
  if (traffic !== undefined) return weightOf(traffic, target, observed.memory.step?.weight ?? 0);
  const all = available(revisions);
  return all === 0 ? 0 : Math.round((100 * available(revisions.filter(({ hash }) => hash === target))) / all);
}
