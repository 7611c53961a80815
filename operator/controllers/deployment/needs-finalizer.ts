import type { Laws } from '../../core/laws.ts';
import { isTriedOnly } from './is-tried-only.ts';
import { targetsOf } from './notices/targets-of.ts';
import { type DeploymentObserved, isServing, rejectionOf } from './observed.ts';
import { hasUnfinishedCalls } from './teardown/withdraw.ts';
import { plannedCalls } from './tools/calls-here.ts';
import { borrows } from './traffic/give-back.ts';

/**
 * Only where deletion leaves something to do: pods that stay, Services of Git's that we point, calls of tools that a
 * delivery under way has to undo, or somebody to tell that it is cancelled.
 */
export function needsFinalizer(observed: DeploymentObserved, laws: Laws): boolean {
  const underWay = !isServing(observed) && rejectionOf(observed) === undefined;
  const { plan } = observed.delivery;
  const calls = plannedCalls(plan, 'prepare').length + plannedCalls(plan, 'roll-out').length > 0;
  const undoing = hasUnfinishedCalls(observed);
  const leavesWord = calls || targetsOf(observed, laws).length > 0;
  const delivering = underWay && leavesWord && !isTriedOnly(observed);
  return observed.object.spec.deletionPolicy === 'Orphan' || borrows(observed) || delivering || undoing;
}
