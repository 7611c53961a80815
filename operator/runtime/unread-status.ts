import { conditionTypes } from '../api/conditions.ts';
import type { CodeError } from '../api/errors.ts';
import type { CodeObject } from '../api/objects.ts';
import { bounded, type Claim, conditionsOf } from '../core/conditions.ts';
import type { Milliseconds } from '../core/decision.ts';
import type { ReportedStatus } from '../core/report.ts';

/** What keeps the engine from an object. */
export interface Hindrance {
  readonly error: CodeError;
  /** What cannot be done, such as "cannot be looked at". */
  readonly doing: string;
  /** It lasts longer than it may. */
  readonly late: boolean;
  /** What a person can do. */
  readonly remedy: string;
}

const ERROR_LIMIT = 640;

/**
 * The status of an object that the engine cannot get at: what hinders it, that it is tried again and, once that takes too long,
 * as a failure. What status remembers stays. An object that rests goes on doing so, and is told beside its Ready once it is late.
 * `undefined` where there is nothing to tell.
 */
export function unreadStatus(object: CodeObject, hindrance: Hindrance, now: Milliseconds): ReportedStatus | undefined {
  const { conditions = [], observedGeneration } = object.status ?? {};
  const generation = object.metadata.generation ?? 0;
  const { error, doing, late, remedy } = hindrance;
  const words = `${doing}, and is tried again: ${bounded(error.message, ERROR_LIMIT)}`;
  const told = { reason: error.reason, message: late ? `${words}; ${remedy}` : words };
  const unseen: Claim = { type: conditionTypes.attended, status: 'False', ...told };
  const ready = conditions.find(({ type }) => type === conditionTypes.ready);
  const rests = ready?.status === 'True' && observedGeneration === generation;
  if (rests && !late) return undefined;
  const claims: readonly Claim[] = rests
    ? [...conditions.filter(({ type }) => type !== conditionTypes.attended), unseen]
    : [...inProgress(late, told), unseen];
  return {
    ...object.status,
    ...(rests || !('message' in (object.status ?? {})) ? {} : { message: bounded(told.message) }),
    observedGeneration: generation,
    conditions: conditionsOf(conditions, claims, generation, now),
  };
}

function inProgress(late: boolean, told: Pick<Claim, 'reason' | 'message'>): readonly Claim[] {
  if (late) {
    return [
      { type: conditionTypes.ready, status: 'False', ...told },
      { type: conditionTypes.stalled, status: 'True', ...told },
    ];
  }
  return [
    { type: conditionTypes.ready, status: 'Unknown', ...told },
    { type: conditionTypes.reconciling, status: 'True', ...told },
  ];
}
