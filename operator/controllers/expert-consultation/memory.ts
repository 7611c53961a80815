import type { ExpertConsultation } from '../../api/generated/expert-consultation.ts';
import type { Memory } from './observed.ts';

/** What status remembers. The spec cannot change, so a status with a verdict is the verdict. */
export function remembered({ status }: ExpertConsultation): Memory {
  const message = status?.message;
  const machines = status?.answers?.filter(({ kind }) => kind !== 'human');
  return {
    ...(status?.askedAt === undefined ? {} : { askedAt: Date.parse(status.askedAt) }),
    ...(machines === undefined ? {} : { answers: machines }),
    ...(status?.findings === undefined ? {} : { findings: status.findings }),
    ...(status?.evidence === undefined ? {} : { evidence: status.evidence }),
    ...(status?.questionDigest === undefined ? {} : { questionDigest: status.questionDigest }),
    ...(status?.consensus === undefined ? {} : { consensus: status.consensus }),
    ...(status?.consensus === undefined || message === undefined ? {} : { verdictMessage: message }),
  };
}
