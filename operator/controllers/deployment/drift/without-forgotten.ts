import type { DeploymentStatus } from '../../../api/generated/deployment.ts';
import type { Milliseconds } from '../../../core/decision.ts';
import { remembered } from '../../../core/repairs.ts';

/** The memory without repairs that nothing followed for long enough. */
export function withoutForgotten(memory: DeploymentStatus, now: Milliseconds): DeploymentStatus {
  return memory.drift === undefined ? memory : { ...memory, drift: remembered(memory.drift, now) };
}
