import type { ExpertConsultationStatus } from '../../api/generated/expert-consultation.ts';
import { bounded, timestamp } from '../../core/conditions.ts';
import type { Laws } from '../../core/laws.ts';
import type { Trail } from '../../core/trail.ts';
import type { Memory, ObservedConsultation } from './observed.ts';

type Fields = Omit<ExpertConsultationStatus, 'conditions' | 'observedGeneration' | 'gate'>;

/** The room's fields of status: who answered what, and what it amounts to. */
export function report({ object, memory }: ObservedConsultation, trail: Trail, laws: Laws): Fields {
  const { consensus, answers, findings = [], evidence } = memory;
  const last = trail.standing.at(-1)?.decision;
  const asked = memory.askedAt ?? (answers === undefined ? undefined : laws.now);
  const planHash = object.spec.subject?.planHash;
  return {
    phase: phaseOf(memory, last?.kind === 'stuck'),
    message: bounded(last?.message ?? ''),
    ...(planHash === undefined ? {} : { planHash }),
    ...(memory.questionDigest === undefined ? {} : { questionDigest: memory.questionDigest }),
    ...(asked === undefined ? {} : { askedAt: timestamp(asked) }),
    ...(answers === undefined ? {} : { answers, answered: answeredOf(answers) }),
    ...(findings.length === 0 ? {} : { findings }),
    ...(evidence === undefined || evidence.length === 0 ? {} : { evidence }),
    ...(consensus === undefined ? {} : { consensus }),
    ...(answers === undefined ? {} : { usage: { cost: '0' } }),
  };
}

function answeredOf(answers: NonNullable<Memory['answers']>): string {
  return `${answers.filter(({ state }) => state === 'Answered').length}/${answers.length}`;
}

function phaseOf({ consensus, answers }: Memory, stuck: boolean): NonNullable<Fields['phase']> {
  if (consensus?.recommendation !== undefined) return 'Agreed';
  if (consensus !== undefined) return isSplit(consensus.abstained) ? 'Split' : 'Failed';
  if (stuck) return 'Failed';
  return answers === undefined ? 'Pending' : 'Asking';
}

/** The panel answered and does not agree; otherwise there was not enough of an answer. */
function isSplit(abstained: string | undefined): boolean {
  return abstained !== 'QuorumMissing' && abstained !== 'RequiredExpertMissing' && abstained !== 'NoValidAnswer';
}
