import { conditionTypes, reasons } from '../api/conditions.ts';
import type { CodeObject } from '../api/objects.ts';
import type { FieldError } from '../api/parsed.ts';
import { bounded, conditionsOf } from '../core/conditions.ts';
import type { Milliseconds } from '../core/decision.ts';
import type { ReportedStatus } from '../core/report.ts';

const ERRORS_TOLD = 5;
const MESSAGE_WHEN_HELD = 640;

/**
 * The status of an object that fails its schema: it never reaches a step, and the user is told which fields to change.
 * What status already remembers stays. `held`: what to know of a deletion that is late.
 */
export function invalidStatus(
  object: CodeObject,
  errors: readonly FieldError[],
  now: Milliseconds,
  held?: string,
): ReportedStatus {
  const told = errors.slice(0, ERRORS_TOLD).map(({ field, message }) => `${field}: ${message}`);
  const more = errors.length > ERRORS_TOLD ? ` (and ${errors.length - ERRORS_TOLD} more)` : '';
  const wrong = `the object does not fit its schema: ${told.join('; ')}${more}`;
  const message = held === undefined ? wrong : `${bounded(wrong, MESSAGE_WHEN_HELD)}; ${held}`;
  const claim = { reason: reasons.invalid, message } as const;
  const generation = object.metadata.generation ?? 0;
  return {
    ...object.status,
    observedGeneration: generation,
    conditions: conditionsOf(
      object.status?.conditions ?? [],
      [
        { type: conditionTypes.ready, status: 'False', ...claim },
        { type: conditionTypes.stalled, status: 'True', ...claim },
      ],
      generation,
      now,
    ),
  };
}
