import type { DeploymentObserved } from '../observed.ts';
import { blueGreenOf } from './blue-green-of.ts';
import { readyBehind } from './ready-behind.ts';

/** Revisions whose pods the active Service really sends traffic to. */
export function inForce(observed: DeploymentObserved): ReadonlySet<string> {
  const { activeService } = blueGreenOf(observed) ?? {};
  return new Set(activeService === undefined ? [] : readyBehind(observed, activeService).keys());
}
