import type { CanaryStep, DeploymentSpec } from '../../../api/generated/deployment.ts';

/** How the desired revision takes over, where it is not Rolling: a Rolling plan has no strategy. */
export type PlannedStrategy = { readonly type: 'Canary'; readonly steps: readonly CanaryStep[] } | PlannedBlueGreen;

export interface PlannedBlueGreen {
  readonly type: 'BlueGreen';
  readonly activeService: string;
  readonly previewService?: string;
  /** Pods of the preview until the switch; all unless set. */
  readonly previewReplicas?: number;
  readonly scaleDownDelaySeconds: number;
  readonly autoPromote: boolean;
}

export function plannedStrategy({ strategy }: DeploymentSpec): PlannedStrategy | undefined {
  const { canary, blueGreen } = strategy ?? {};
  if (canary !== undefined) return { type: 'Canary', steps: canary.steps };
  if (blueGreen === undefined) return undefined;
  const { scaleDownDelaySeconds = 30, autoPromote = true, ...rest } = blueGreen;
  return { type: 'BlueGreen', ...rest, scaleDownDelaySeconds, autoPromote };
}
