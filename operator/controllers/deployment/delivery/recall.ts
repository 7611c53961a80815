import type { DeploymentStatus } from '../../../api/generated/deployment.ts';
import type { Delivery } from './delivery.ts';

/** Calls of deliveries before this one that are kept: a manifest that goes back and forth calls no tool twice. */
const CALLS_KEPT = 4;

/**
 * What status remembers of the delivery that stands. The steps and the review of another attempt are not its memory; a retry forgets that its plan was rejected, and nothing else does.
 */
export function recall(status: DeploymentStatus | undefined, delivery: Delivery): DeploymentStatus {
  if (status === undefined) return {};
  const rejected = status.revisions?.rejected ?? [];
  const kept = delivery.retried ? rejected.filter(({ plan }) => plan !== delivery.plan.hash) : rejected;
  const known = { ...status, revisions: { ...status.revisions, rejected: kept } };
  if (status.plan?.delivery === delivery.id) return known;
  const { steps: _steps, review: _review, step: _step, analysis: _analysis, tools = [], plan: _plan, ...rest } = known;
  return tools.length === 0 ? rest : { ...rest, tools: tools.slice(-CALLS_KEPT) };
}
