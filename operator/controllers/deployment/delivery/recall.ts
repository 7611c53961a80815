import type { Deployment, DeploymentStatus, ToolCallStatus } from '../../../api/generated/deployment.ts';
import { isOwed } from '../tools/is-owed.ts';
import { undoKey } from '../tools/undo-key.ts';
import { withSuperseded } from '../tools/with-superseded.ts';
import type { Delivery } from './delivery.ts';
import type { FrozenPlan } from './frozen-plan.ts';

/** Calls of deliveries before this one that are kept: a manifest that goes back and forth calls no tool twice. */
const CALLS_KEPT = 4;
/** Of what is still to be taken back, with what was begun of that: all that one plan can call before its end. */
const OWED_KEPT = 80;

/**
 * What status remembers of the delivery that stands. The steps and the review of another attempt are not its memory, but the calls
 * that it still has to take back are; a retry forgets that its plan was rejected, and nothing else does. `before` is the plan that
 * status speaks of.
 */
export function recall(object: Deployment, delivery: Delivery, before?: FrozenPlan): DeploymentStatus {
  const { status } = object;
  if (status === undefined) return {};
  const rejected = status.revisions?.rejected ?? [];
  const kept = delivery.retried ? rejected.filter(({ plan }) => plan !== delivery.plan.hash) : rejected;
  const known = { ...status, revisions: { ...status.revisions, rejected: kept } };
  if (status.plan?.delivery === delivery.id) return known;
  const {
    steps: _steps,
    review: _review,
    step: _step,
    analysis: _analysis,
    tools: _tools,
    plan: _plan,
    ...rest
  } = known;
  const tools = keptCalls(withSuperseded(object, before));
  return tools.length === 0 ? rest : { ...rest, tools };
}

/** The last few, and before them what is still to be taken back, with what was begun of that. */
function keptCalls(tools: readonly ToolCallStatus[]): readonly ToolCallStatus[] {
  const owed = tools.filter((call) => isOwed(tools, call)).flatMap(({ key }) => [key, undoKey(key)]);
  const needed = new Set([...owed.slice(-OWED_KEPT), ...tools.slice(-CALLS_KEPT).map(({ key }) => key)]);
  return tools.filter(({ key }) => needed.has(key)).map((call) => settled(tools, call));
}

/** What a delivery long gone took back is no news of this one. */
function settled(tools: readonly ToolCallStatus[], call: ToolCallStatus): ToolCallStatus {
  const { superseded: _mark, ...plain } = call;
  return isOwed(tools, call) ? call : plain;
}
