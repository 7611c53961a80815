import type { Decision } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import { type DeploymentObserved, isRollingOut, isServing } from '../observed.ts';
import { callsHere } from '../tools/calls-here.ts';
import { waitForDependencies } from './wait-for-dependencies.ts';
import { waitToStart } from './wait-for-group.ts';
import { waitForSlot } from './wait-for-slot.ts';

/** What a delivery waits for before its first effect: dependencies, its group, a slot of its Tenant; never once it has begun. */
export function waitForOthers(observed: DeploymentObserved, laws: Laws): Decision | undefined {
  if (isServing(observed) || isRollingOut(observed) || callsHere(observed, 'prepare').length > 0) return undefined;
  const { memory, delivery } = observed;
  const since = Date.parse(memory.steps?.find(({ name }) => name === 'prepare')?.startedAt ?? '') || laws.now;
  const deadline = since + delivery.plan.progressDeadlineSeconds * 1000;
  return (
    waitForDependencies(observed, laws, deadline) ??
    waitToStart(observed, laws, deadline) ??
    waitForSlot(observed, laws)
  );
}
