import type { ExpertConsultationSpec } from '../../../api/generated/expert-consultation.ts';
import type { ExpertAnswer } from '../../../core/action.ts';
import type { ConsensusRequest, PanelExpert } from '../../../ports/consensus.ts';
import type { Panel } from '../panel.ts';

/** What the engine is asked: the whole panel, with what each said or why it said nothing. */
export function consensusRequest(
  spec: ExpertConsultationSpec,
  panel: Panel,
  answers: readonly ExpertAnswer[],
): ConsensusRequest {
  return {
    answer: answerKind(spec),
    quorum: panel.quorum,
    ...(spec.consensus === undefined ? {} : { rules: spec.consensus }),
    experts: panel.experts.map((expert) => {
      const said = answers.find(({ expert: name }) => name === expert.name);
      return {
        name: expert.name,
        family: expert.provider,
        ...(expert.weight === undefined ? {} : { weight: expert.weight }),
        ...(expert.required === undefined ? {} : { required: expert.required }),
        ...(expert.veto === undefined ? {} : { veto: expert.veto }),
        ...replyOf(said),
      };
    }),
  };
}

function answerKind({ answer }: ExpertConsultationSpec): ConsensusRequest['answer'] {
  const { kind, options = [], permits, min, max, tolerance } = answer;
  switch (kind) {
    case 'choice':
      return { kind, options, ...(permits === undefined ? {} : { permits }) };
    case 'number':
    case 'quantity':
      return {
        kind,
        ...(min === undefined ? {} : { min }),
        ...(max === undefined ? {} : { max }),
        ...(tolerance === undefined ? {} : { tolerance }),
      };
    case 'yaml':
    case 'text':
      return { kind };
  }
}

function replyOf(said: ExpertAnswer | undefined): Pick<PanelExpert, 'reply' | 'absent'> {
  if (said?.state !== 'Answered' || said.answer === undefined) return { absent: said?.error ?? 'NoReply' };
  const { answer, risk, rationale } = said;
  return { reply: { answer, rationale, ...(risk === undefined ? {} : { risk }) } };
}
