import type { DeploymentStatus } from '../../../api/generated/deployment.ts';
import type { Effect } from '../../../core/action.ts';
import { bounded } from '../../../core/conditions.ts';
import type { DeploymentObserved } from '../observed.ts';
import { exceededCounts } from './exceeded-counts.ts';

const OUTCOMES = { succeeded: 'Succeeded', failed: 'Failed', unknown: 'Unknown' } as const;

/** The memory with the outcome of a call; a scan that found more than the plan accepts has failed. */
export function withOutcome(
  { memory, delivery }: DeploymentObserved,
  { action, outcome }: Extract<Effect, { action: { type: 'call-tool' } }>,
): DeploymentStatus {
  const intent = memory.tools?.find(({ key }) => key === action.key);
  const { before, after, onRollback } = delivery.plan.tools;
  const planned =
    { prepare: before, finish: after, 'roll-back': onRollback, withdraw: onRollback }[intent?.step ?? ''] ?? [];
  const expected = planned.find(({ name }) => name === action.name)?.expect;
  const excess =
    outcome.state === 'succeeded' && expected !== undefined ? exceededCounts(outcome.content, expected) : undefined;
  return {
    ...memory,
    tools: (memory.tools ?? []).map((call) =>
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
