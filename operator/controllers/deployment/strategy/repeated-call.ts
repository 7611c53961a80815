import type { FrozenPlan } from '../delivery/frozen-plan.ts';
import { plannedCalls } from '../tools/calls-here.ts';

/** Why the calls of a strategy cannot be told apart: a name is part of the key, so its second call would pass for the first. */
export function repeatedCall(plan: FrozenPlan): string | undefined {
  const names = plannedCalls(plan, 'roll-out').map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  return repeated === undefined
    ? undefined
    : `spec.strategy.canary.steps has two calls named ${repeated}; give each a name of its own`;
}
