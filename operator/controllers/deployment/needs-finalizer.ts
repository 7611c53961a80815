import { type DeploymentObserved, isServing, rejectionOf } from './observed.ts';

/** Only where deletion leaves something to do: pods that stay, or calls of tools that a delivery under way has to undo. */
export function needsFinalizer(observed: DeploymentObserved): boolean {
  const underWay = !isServing(observed) && rejectionOf(observed) === undefined;
  const calls = observed.delivery.plan.tools.before.length > 0;
  return observed.object.spec.deletionPolicy === 'Orphan' || (underWay && calls);
}
