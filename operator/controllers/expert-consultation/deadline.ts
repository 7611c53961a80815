import type { ExpertConsultation } from '../../api/generated/expert-consultation.ts';
import type { Milliseconds } from '../../core/decision.ts';
import { parseDuration } from '../../core/duration.ts';

const DEFAULT_TIMEOUT = 120_000;
const DEFAULT_DEADLINE_OF_PEOPLE = 24 * 3_600_000;

/** How long machine experts may take. */
export function timeoutOf({ spec }: ExpertConsultation): Milliseconds {
  return parseDuration(spec.timeout ?? '') ?? DEFAULT_TIMEOUT;
}

/** When nobody is waited for any longer; absent where only machine experts are asked and the spec sets no deadline. */
export function deadlineOf(consultation: ExpertConsultation, asksPeople: boolean): Milliseconds | undefined {
  const own = parseDuration(consultation.spec.deadline ?? '') ?? (asksPeople ? DEFAULT_DEADLINE_OF_PEOPLE : undefined);
  return own === undefined ? undefined : createdAt(consultation) + own;
}

/** Until when evidence may still arrive: the time that the experts would have had. */
export function evidenceDeadline(consultation: ExpertConsultation): Milliseconds {
  return createdAt(consultation) + timeoutOf(consultation);
}

/** Objects of the API server always have been created. */
const createdAt = ({ metadata }: ExpertConsultation): Milliseconds => Date.parse(metadata.creationTimestamp ?? '');
