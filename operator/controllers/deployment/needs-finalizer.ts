import { isTriedOnly } from './is-tried-only.ts';
import { type DeploymentObserved, isServing, rejectionOf } from './observed.ts';
import { hasUnfinishedCalls } from './teardown/withdraw.ts';
import { plannedCalls } from './tools/calls-here.ts';
import { borrows } from './traffic/give-back.ts';

/** Only where deletion leaves something to do: pods that stay, Services of Git's that we point, or calls of tools that a delivery under way has to undo. */
export function needsFinalizer(observed: DeploymentObserved): boolean {
  const underWay = !isServing(observed) && rejectionOf(observed) === undefined;
  const { plan } = observed.delivery;
  const calls = plannedCalls(plan, 'prepare').length + plannedCalls(plan, 'roll-out').length > 0;
  const undoing = hasUnfinishedCalls(observed);
  const calling = underWay && calls && !isTriedOnly(observed);
  return observed.object.spec.deletionPolicy === 'Orphan' || borrows(observed) || calling || undoing;
}
