import type { Milliseconds } from '../../../core/decision.ts';
import type { Pod } from '../cluster-objects.ts';

/**
 * When a roll-out last made progress: its start, or the newest pod becoming ready. A pod counts for at most one deadline
 * after its creation, so that one that flaps cannot keep a bad revision alive for ever.
 */
export function lastProgress(startedAt: Milliseconds, pods: readonly Pod[], deadline: Milliseconds): Milliseconds {
  const readyAt = pods.map(({ metadata, status }) => {
    const ready = status?.conditions?.find((condition) => condition.type === 'Ready' && condition.status === 'True');
    const since = Date.parse(ready?.lastTransitionTime ?? '');
    const latest = Date.parse(metadata.creationTimestamp ?? '') + deadline;
    return Math.min(since, latest) || 0;
  });
  return Math.max(startedAt, ...readyAt);
}
