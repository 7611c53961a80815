import type { Expert, ExpertAnswerStatus, ExpertConsultationSpec } from '../../../api/generated/expert-consultation.ts';
import type { ConsensusRequest, PanelExpert } from '../../../ports/consensus.ts';
import type { Panel } from '../panel.ts';
import { isHuman } from '../people.ts';

/** Why a person has no reply: the verdict repeats it, and so says whether it is the last word. */
export const AWAITED = 'AwaitingHuman';
export const SILENT = 'DeadlineExceeded';

/**
 * What the engine is asked: the whole panel, with what each said or why it said nothing. Made of the rows that status
 * keeps alone, so that a verdict given after a crash, or a day later, is the one that would have been given at once.
 */
export function consensusRequest(
  spec: ExpertConsultationSpec,
  panel: Panel,
  rows: readonly ExpertAnswerStatus[],
): ConsensusRequest {
  return {
    answer: answerKind(spec),
    quorum: panel.quorum,
    ...(spec.consensus === undefined ? {} : { rules: spec.consensus }),
    experts: panel.experts.map((expert) => {
      const row = rows.find(({ expert: name }) => name === expert.name);
      return {
        name: expert.name,
        // People do not err alike because they are people.
        family: isHuman(expert) ? `human/${expert.name}` : expert.provider,
        ...(expert.weight === undefined ? {} : { weight: expert.weight }),
        ...(expert.required === undefined ? {} : { required: expert.required }),
        ...vetoOf(expert),
        ...replyOf(row, spec),
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

/** A person without whom nothing is decided is not outvoted by reviewers, unless the panel says so. */
function vetoOf(expert: Expert): Pick<PanelExpert, 'veto'> {
  const veto = expert.veto ?? (isHuman(expert) && expert.required === true ? true : undefined);
  return veto === undefined ? {} : { veto };
}

function replyOf(
  row: ExpertAnswerStatus | undefined,
  spec: ExpertConsultationSpec,
): Pick<PanelExpert, 'reply' | 'absent'> {
  if (row?.state !== 'Answered' || row.answer === undefined) return { absent: absenceOf(row) };
  const { answer, risk } = row;
  const rationale = row.kind === 'human' ? wordsOf(row, spec) : row.rationale;
  return {
    reply: { answer, ...(rationale === undefined ? {} : { rationale }), ...(risk === undefined ? {} : { risk }) },
  };
}

function absenceOf(row: ExpertAnswerStatus | undefined): string {
  if (row?.kind === 'human') return row.state === 'AwaitingHuman' ? AWAITED : SILENT;
  return row?.error ?? 'NoReply';
}

/** A person's own words stay in the spec, where they were written. */
function wordsOf(row: ExpertAnswerStatus, { answers = [] }: ExpertConsultationSpec): string | undefined {
  return answers.find(({ expert, by }) => expert === row.expert && by === row.by)?.rationale;
}
