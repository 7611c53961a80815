import type { CanaryStep, DeploymentSpec, HTTPRouteTraffic } from '../../../api/generated/deployment.ts';

/** How the desired revision takes over, where it is not Rolling: a Rolling plan has no strategy. */
export type PlannedStrategy = PlannedCanary | PlannedBlueGreen;

export interface PlannedCanary {
  readonly type: 'Canary';
  readonly steps: readonly CanaryStep[];
  /** Absent where weight is a share of the pods. */
  readonly traffic?: PlannedTraffic;
}

export interface PlannedTraffic {
  readonly stableService: string;
  readonly canaryService: string;
  /** What splits the traffic between the two; without it the stable Service keeps all of it until the promotion. */
  readonly route?: HTTPRouteTraffic;
  /** Absent: Extra, and Shared under an autoscaler. */
  readonly capacity?: 'Extra' | 'Shared';
  readonly scaleDownDelaySeconds: number;
  /** 0: the pods of a rejected revision are kept. */
  readonly rollbackDelaySeconds: number;
}

export interface PlannedBlueGreen {
  readonly type: 'BlueGreen';
  readonly activeService: string;
  readonly previewService?: string;
  /** Pods of the preview until the switch; all unless set. */
  readonly previewReplicas?: number;
  readonly scaleDownDelaySeconds: number;
  readonly autoPromote: boolean;
}

export function plannedStrategy(spec: DeploymentSpec): PlannedStrategy | undefined {
  const { canary, blueGreen } = spec.strategy ?? {};
  if (canary !== undefined) {
    const traffic = plannedTraffic(spec);
    return { type: 'Canary', steps: canary.steps, ...(traffic === undefined ? {} : { traffic }) };
  }
  if (blueGreen === undefined) return undefined;
  const { scaleDownDelaySeconds = 30, autoPromote = true, ...rest } = blueGreen;
  return { type: 'BlueGreen', ...rest, scaleDownDelaySeconds, autoPromote };
}

function plannedTraffic({ strategy, rollback }: DeploymentSpec): PlannedTraffic | undefined {
  const { stableService, canaryService, capacity, scaleDownDelaySeconds = 30, traffic } = strategy?.canary ?? {};
  if (stableService === undefined || canaryService === undefined) return undefined;
  return {
    stableService,
    canaryService,
    ...(traffic === undefined ? {} : { route: traffic.httpRoute }),
    ...(capacity === undefined ? {} : { capacity }),
    scaleDownDelaySeconds,
    rollbackDelaySeconds: rollback?.scaleDownDelaySeconds ?? 30,
  };
}
