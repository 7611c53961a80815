import type { ExpertConsultation } from '../../api/generated/expert-consultation.ts';
import type { Milliseconds } from '../../core/decision.ts';
import { parseDuration } from '../../core/duration.ts';

const DEFAULT_TIMEOUT = 120_000;

/** How long machine experts may take. */
export function timeoutOf({ spec }: ExpertConsultation): Milliseconds {
  return parseDuration(spec.timeout ?? '') ?? DEFAULT_TIMEOUT;
}

/** Until when evidence may still arrive: the time that the experts would have had. */
export function evidenceDeadline(consultation: ExpertConsultation): Milliseconds {
  return Date.parse(consultation.metadata.creationTimestamp ?? '') + timeoutOf(consultation);
}
