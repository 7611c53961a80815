import { type DeploymentObserved, isServing } from '../observed.ts';
import { available } from './world.ts';
import { worldOf } from './world-of.ts';

/** Percent of the traffic that the desired revision gets: its share of the pods that serve, to the nearest. */
export function weightInForce(observed: DeploymentObserved): number {
  if (isServing(observed)) return 100;
  const { revisions, target } = worldOf(observed, observed.delivery.plan.revision, 0);
  const all = available(revisions);
  return all === 0 ? 0 : Math.round((100 * available(revisions.filter(({ hash }) => hash === target))) / all);
}
