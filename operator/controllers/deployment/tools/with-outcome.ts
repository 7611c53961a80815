import type { DeploymentStatus } from '../../../api/generated/deployment.ts';
import type { Effect } from '../../../core/action.ts';
import { bounded } from '../../../core/conditions.ts';
import { type DeploymentObserved, keptPlan } from '../observed.ts';
import { type CallingStep, plannedCalls } from './calls-here.ts';
import { exceededCounts } from './exceeded-counts.ts';
import { undoKey } from './undo-key.ts';

const OUTCOMES = { succeeded: 'Succeeded', failed: 'Failed', unknown: 'Unknown' } as const;

/** The memory with the outcome of a call; a scan that found more than the plan accepts has failed. */
export function withOutcome(
  { memory, delivery, plans }: DeploymentObserved,
  { action, outcome }: Extract<Effect, { action: { type: 'call-tool' } }>,
): DeploymentStatus {
  const intent = memory.tools?.find(({ key }) => key === action.key);
  const plan = intent?.superseded === undefined ? delivery.plan : keptPlan(plans, intent.superseded);
  // border: intents are recorded by `next-call.ts` only, under the name of the step that calls
  const planned = intent === undefined || plan === undefined ? [] : plannedCalls(plan, intent.step as CallingStep);
  const expected = planned.find(({ name }) => name === action.name)?.expect;
  const excess =
    outcome.state === 'succeeded' && expected !== undefined ? exceededCounts(outcome.content, expected) : undefined;
  const undone = intent?.step === 'undo' && outcome.state === 'succeeded';
  const before = (memory.tools ?? []).map((call) =>
    undone && undoKey(call.key) === action.key ? { ...call, outcome: 'Undone' as const } : call,
  );
  return {
    ...memory,
    tools: before.map((call) =>
      call.key === action.key
        ? {
            ...call,
            outcome: excess === undefined ? OUTCOMES[outcome.state] : 'Failed',
            message: bounded(excess ?? outcome.message, 512),
          }
        : call,
    ),
  };
}
