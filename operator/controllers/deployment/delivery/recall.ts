import type { DeploymentStatus } from '../../../api/generated/deployment.ts';
import type { Delivery } from './delivery.ts';

/**
 * What status remembers of the delivery that stands. The steps, the review and the calls of another attempt are not its
 * memory; a retry forgets that its plan was rejected, and nothing else does.
 */
export function recall(status: DeploymentStatus | undefined, delivery: Delivery): DeploymentStatus {
  if (status === undefined) return {};
  const rejected = status.revisions?.rejected ?? [];
  const kept = delivery.retried ? rejected.filter(({ plan }) => plan !== delivery.plan.hash) : rejected;
  const known = { ...status, revisions: { ...status.revisions, rejected: kept } };
  if (status.plan?.delivery === delivery.id) return known;
  const { steps: _steps, review: _review, tools: _tools, plan: _plan, ...rest } = known;
  return rest;
}
