import type { CanaryStep } from '../../../api/generated/deployment.ts';
import type { FrozenPlan } from '../delivery/frozen-plan.ts';

/** `preview`: the desired revision stands beside what serves. `switch`: the active Service goes over to it. */
export type StrategyStep = CanaryStep | { readonly preview: true } | { readonly switch: true };

const KINDS = ['weight', 'pause', 'approve', 'call', 'analyse', 'preview', 'switch'] as const;
export type StepKind = (typeof KINDS)[number];

const ALL: StrategyStep = { weight: 100 };

/** What happens between the first pod and the promotion, in order; it always ends with all of the traffic. */
export function stepsOf({ strategy, analysis }: FrozenPlan): readonly StrategyStep[] {
  if (strategy?.type === 'BlueGreen') {
    const metrics = (analysis?.metrics ?? []).filter(({ muted }) => muted !== true).map(({ name }) => name);
    return [
      { preview: true },
      // The preview is there to be measured: nothing switches before the verdict.
      ...(metrics.length === 0 ? [] : [{ analyse: { metrics } }]),
      ...(strategy.autoPromote ? [] : [{ pause: {} }]),
      { switch: true },
    ];
  }
  const steps = strategy?.steps ?? [];
  return steps.at(-1)?.weight === 100 ? steps : [...steps, ALL];
}

export function kindOf(step: StrategyStep): StepKind {
  return KINDS.find((kind) => kind in step) ?? 'weight';
}

/** What moves pods or traffic by itself: everything else waits for a time, a person, a tool or a metric. */
export function movesPods(kind: StepKind): boolean {
  return kind === 'weight' || kind === 'preview' || kind === 'switch';
}

/** Gates are never skipped: what they ask has to be answered. */
export function isGate(step: StrategyStep): boolean {
  return ['approve', 'call', 'analyse'].includes(kindOf(step));
}
