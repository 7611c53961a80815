import type { CanaryStep } from '../../../api/generated/deployment.ts';
import type { FrozenPlan } from '../delivery/frozen-plan.ts';

export type StepKind = 'weight' | 'pause' | 'approve' | 'call';

const ALL: CanaryStep = { weight: 100 };

/** What happens between the first pod and the promotion, in order; it always ends with all of the traffic. */
export function stepsOf({ strategy }: FrozenPlan): readonly CanaryStep[] {
  const steps = strategy?.steps ?? [];
  return steps.at(-1)?.weight === 100 ? steps : [...steps, ALL];
}

export function kindOf(step: CanaryStep): StepKind {
  if (step.weight !== undefined) return 'weight';
  if (step.pause !== undefined) return 'pause';
  return step.approve === undefined ? 'call' : 'approve';
}

/** Gates are never skipped: what they ask has to be answered. */
export function isGate(step: CanaryStep): boolean {
  return !['weight', 'pause'].includes(kindOf(step));
}
