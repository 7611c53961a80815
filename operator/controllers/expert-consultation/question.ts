import type { ExpertConsultation } from '../../api/generated/expert-consultation.ts';
import type { Question } from '../../core/action.ts';
import { digest } from '../../core/hash.ts';
import type { Evidence } from './observed.ts';

/** What the experts are asked. Its digest, not the generation, identifies it: answers of humans raise that too. */
export function questionOf({ spec }: ExpertConsultation, evidence: readonly Evidence[]): Question {
  const asked = {
    title: spec.title,
    question: spec.question,
    type: spec.type ?? 'general',
    constraints: spec.constraints ?? [],
    answer: spec.answer,
    evidence: evidence.map((block) => block.digest),
    planHash: spec.subject?.planHash ?? null,
  };
  return {
    digest: digest(asked),
    title: spec.title,
    text: spec.question,
    constraints: asked.constraints,
    answerKind: spec.answer.kind,
    options: spec.answer.options ?? [],
    evidence: evidence.map(({ id, content }) => ({ id, content })),
  };
}
