import { conditionTypes } from '../../api/conditions.ts';
import type { ExpertConsultation, HumanAnswer } from '../../api/generated/expert-consultation.ts';

export interface AnswerAsked {
  readonly by: string;
  readonly answer: string;
  readonly expert?: string;
  readonly rationale?: string;
}

export type AnswerChoice = { readonly entry: HumanAnswer } | { readonly refusal: string };

/** The entry of spec.answers that says it, or why there is nothing to be said; judged before anything is written. */
export function answerEntry(consultation: ExpertConsultation, asked: AnswerAsked): AnswerChoice {
  const { spec, status, metadata } = consultation;
  const stalled = status?.conditions?.find(({ type, status }) => type === conditionTypes.stalled && status === 'True');
  if (stalled !== undefined) {
    return { refusal: `consultation ${metadata.name} takes no answer (${stalled.reason}): ${stalled.message}` };
  }
  const panel = status?.answers ?? [];
  const humans = [
    ...new Set([
      ...panel.filter(({ kind }) => kind === 'human').map(({ expert }) => expert),
      ...(spec.experts ?? []).filter(({ provider }) => provider === 'human').map(({ name }) => name),
    ]),
  ];
  if (humans.length === 0) {
    const machines = panel.map(({ expert }) => expert).join(', ') || 'nobody yet';
    return {
      refusal: `no person sits on the panel of ${metadata.name} (${machines}): there is nothing for you to answer`,
    };
  }
  const expert = asked.expert ?? (humans.length === 1 ? humans[0] : undefined);
  if (expert === undefined) return { refusal: `say for whom you answer: --expert ${humans.join('|')}` };
  if (!humans.includes(expert)) return { refusal: `${expert} is no person of the panel: --expert ${humans.join('|')}` };
  const options = spec.answer?.options ?? [];
  if (options.length > 0 && !options.includes(asked.answer)) {
    return { refusal: `${asked.answer} is no option of ${metadata.name}: --answer ${options.join('|')}` };
  }
  const planHash = status?.planHash ?? spec.subject?.planHash;
  return {
    entry: {
      expert,
      by: asked.by,
      answer: asked.answer,
      ...(asked.rationale === undefined ? {} : { rationale: asked.rationale }),
      ...(planHash === undefined ? {} : { planHash }),
    },
  };
}
