import type { Milliseconds } from '../../../core/decision.ts';
import type { Pod } from '../cluster-objects.ts';

/** Since when a pod is ready, as its condition says; `undefined` while it is not. */
export function readySince({ status }: Pod): Milliseconds | undefined {
  const ready = status?.conditions?.find((condition) => condition.type === 'Ready' && condition.status === 'True');
  const since = Date.parse(ready?.lastTransitionTime ?? '');
  return Number.isNaN(since) ? undefined : since;
}
