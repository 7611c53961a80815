import type { Milliseconds } from '../../../core/decision.ts';
import type { DeploymentObserved } from '../observed.ts';
import { kindOf, type StepKind, type StrategyStep, stepsOf } from './steps-of.ts';

/** Where a delivery is in its strategy. */
export interface Place {
  /** From 1. */
  readonly index: number;
  readonly of: number;
  readonly step: StrategyStep;
  readonly kind: StepKind;
  /** Percent of traffic that the strategy asks for here. */
  readonly weight: number;
  /** When the step began; absent before the roll-out did. */
  readonly startedAt?: Milliseconds;
}

export function placeOf({ delivery, memory }: Pick<DeploymentObserved, 'delivery' | 'memory'>): Place {
  const steps = stepsOf(delivery.plan);
  const index = Math.min(Math.max(memory.step?.index ?? 1, 1), steps.length);
  const step: StrategyStep = steps[index - 1] ?? { weight: 100 };
  const began = memory.step?.startedAt ?? memory.steps?.find(({ name }) => name === 'roll-out')?.startedAt ?? '';
  const startedAt = Date.parse(began);
  return {
    index,
    of: steps.length,
    step,
    kind: kindOf(step),
    weight: weightAt(steps, index - 1),
    ...(Number.isNaN(startedAt) ? {} : { startedAt }),
  };
}

/** Percent that the last weight up to a step asks for. */
export function weightAt(steps: readonly StrategyStep[], index: number): number {
  const weights = steps.slice(0, index + 1).map(weightOf);
  return weights.findLast((weight) => weight !== undefined) ?? 0;
}

function weightOf(step: StrategyStep): number | undefined {
  if ('switch' in step) return 100;
  return 'weight' in step ? step.weight : undefined;
}
