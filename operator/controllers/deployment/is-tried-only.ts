import { type DeploymentObserved, isRollingOut, isServing } from './observed.ts';

/**
 * True while `spec.dryRun` ends the delivery after its review. A revision that serves has nothing to be tried for, and goes
 * on; a roll-out that has begun is past trying, and is held (`suspendable.ts`).
 */
export function isTriedOnly(observed: DeploymentObserved): boolean {
  return observed.object.spec.dryRun === true && !isServing(observed) && !isRollingOut(observed);
}
