import type { ExpertConsultation } from '../../../operator/api/generated/expert-consultation.ts';

/** As a person answered it, with yes. */
export function approvedByPerson(one: ExpertConsultation): ExpertConsultation {
  const answer = {
    expert: 'release-manager',
    provider: 'human',
    kind: 'human',
    state: 'Answered',
    by: 'alice',
  } as const;
  const consensus = { recommendation: 'approve', confidence: '1.000000' };
  return { ...one, status: { phase: 'Agreed', message: 'alice says approve', consensus, answers: [answer] } };
}
