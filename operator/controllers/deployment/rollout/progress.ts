import type { Milliseconds } from '../../../core/decision.ts';
import type { Pod } from '../cluster-objects.ts';
import { readySince } from './ready-since.ts';

/**
 * When a roll-out last made progress: its start, or the newest pod becoming ready. A pod counts for at most one deadline
 * after its creation, so that one that flaps cannot keep a bad revision alive for ever.
 */
export function lastProgress(startedAt: Milliseconds, pods: readonly Pod[], deadline: Milliseconds): Milliseconds {
  const readyAt = pods.map((pod) => {
    const latest = Date.parse(pod.metadata.creationTimestamp ?? '') + deadline;
    return Math.min(readySince(pod) ?? 0, latest) || 0;
  });
  return Math.max(startedAt, ...readyAt);
}
