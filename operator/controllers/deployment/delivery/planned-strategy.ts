import type { CanaryStep, DeploymentSpec } from '../../../api/generated/deployment.ts';

/** How the desired revision takes over, where it is not Rolling: a Rolling plan has no strategy. */
export type PlannedStrategy = { readonly type: 'Canary'; readonly steps: readonly CanaryStep[] };

export function plannedStrategy({ strategy }: DeploymentSpec): PlannedStrategy | undefined {
  const { canary } = strategy ?? {};
  return canary === undefined ? undefined : { type: 'Canary', steps: canary.steps };
}
