import type { ToolCallStatus } from '../../../api/generated/deployment.ts';
import { digest } from '../../../core/hash.ts';
import type { DeploymentObserved } from '../observed.ts';

/** Which list of the plan each step that calls tools works through. */
const LISTS = { prepare: 'before', finish: 'after', 'roll-back': 'onRollback', withdraw: 'onRollback' } as const;

export type CallingStep = keyof typeof LISTS;

/** The first attempt of a call: retries are new deliveries. */
export const ATTEMPT = 1;

/** Idempotency key: the same call of the same delivery has it again after any crash, and no other call ever has. */
export function callKey({ object, delivery }: DeploymentObserved, step: CallingStep, name: string): string {
  return digest([object.metadata.uid ?? '', delivery.id, step, name, ATTEMPT]);
}

/** What is known of this delivery's calls in one step; status also keeps a few of deliveries before it. */
export function callsHere(observed: DeploymentObserved, step: CallingStep): readonly ToolCallStatus[] {
  const keys = new Set(observed.delivery.plan.tools[LISTS[step]].map(({ name }) => callKey(observed, step, name)));
  return (observed.memory.tools ?? []).filter(({ key }) => keys.has(key));
}
