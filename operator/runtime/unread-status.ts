import { conditionTypes } from '../api/conditions.ts';
import { Aborted, type CodeError, Conflict } from '../api/errors.ts';
import type { CodeObject } from '../api/objects.ts';
import { bounded, conditionsOf } from '../core/conditions.ts';
import type { Milliseconds } from '../core/decision.ts';
import type { ReportedStatus } from '../core/report.ts';

/**
 * The status of an object that could not be looked at: what cannot be read, and that it is tried again. What status remembers
 * stays. `undefined` where there is nothing to tell: the work was stopped or is old, or the object rests and may go on doing so.
 */
export function unreadStatus(object: CodeObject, error: CodeError, now: Milliseconds): ReportedStatus | undefined {
  if (error instanceof Aborted || error instanceof Conflict) return undefined;
  const { conditions = [], observedGeneration } = object.status ?? {};
  const generation = object.metadata.generation ?? 0;
  const rests = conditions.some(({ type, status }) => type === conditionTypes.ready && status === 'True');
  if (rests && observedGeneration === generation) return undefined;
  const claim = { reason: error.reason, message: bounded(`cannot be looked at, and is tried again: ${error.message}`) };
  return {
    ...object.status,
    observedGeneration: generation,
    conditions: conditionsOf(
      conditions,
      [
        { type: conditionTypes.ready, status: 'Unknown', ...claim },
        { type: conditionTypes.reconciling, status: 'True', ...claim },
      ],
      generation,
      now,
    ),
  };
}
