import type { ExpertConsultation } from '../../api/generated/expert-consultation.ts';

export type Risk = 'low' | 'medium' | 'high' | 'critical';

const RISKS: readonly Risk[] = ['low', 'medium', 'high', 'critical'];
const FINDINGS_TOLD = 3;

export type ReviewVerdict =
  | { readonly kind: 'pending' }
  | { readonly kind: 'approved'; readonly message: string; readonly risk?: Risk }
  | { readonly kind: 'refused'; readonly answer: string; readonly message: string }
  /** No recommendation: no quorum, no agreement, no valid answer. */
  | { readonly kind: 'none'; readonly reason: string; readonly message: string };

/** What a consultation says of one plan. An answer about another plan says nothing. */
export function verdictOf({ spec, status }: ExpertConsultation, planHash: string): ReviewVerdict {
  if (spec.subject?.planHash !== planHash || (status?.planHash ?? planHash) !== planHash) {
    return { kind: 'none', reason: 'ApprovalStale', message: 'they were asked about another plan' };
  }
  const { consensus, phase, message = '' } = status ?? {};
  const recommendation = consensus?.recommendation;
  if (recommendation === 'approve') {
    return { kind: 'approved', message, ...(consensus?.risk === undefined ? {} : { risk: consensus.risk }) };
  }
  if (recommendation !== undefined) return { kind: 'refused', answer: recommendation, message: reasons(status) };
  // A veto is a refusal by somebody whose refusal counts: no fail mode turns it into going on.
  if (consensus?.abstained === 'Vetoed') return { kind: 'refused', answer: 'no by veto', message: reasons(status) };
  if (consensus?.abstained !== undefined) return withoutAgreement(consensus.abstained, message, status);
  if (phase !== 'Failed') return { kind: 'pending' };
  const stalled = status?.conditions?.find(({ type }) => type === 'Stalled');
  return { kind: 'none', reason: stalled?.reason ?? 'NoValidAnswer', message };
}

/** Experts who are out of reach are one thing; one who answered and objects is another, and no fail mode passes over that. */
function withoutAgreement(reason: string, message: string, status: ExpertConsultation['status']): ReviewVerdict {
  const against = status?.answers?.find(({ state, answer }) => state === 'Answered' && answer !== 'approve');
  if (against === undefined) return { kind: 'none', reason, message };
  return {
    kind: 'refused',
    answer: `${against.answer} (${against.expert})`,
    message: `${message}; ${reasons(status)}`,
  };
}

export function isRiskier(risk: Risk, accepted: Risk): boolean {
  return RISKS.indexOf(risk) > RISKS.indexOf(accepted);
}

/** The worst findings in words; a panel without findings speaks for itself. */
function reasons(status: ExpertConsultation['status']): string {
  const findings = [...(status?.findings ?? [])].sort(
    (left, right) => RISKS.indexOf(right.severity) - RISKS.indexOf(left.severity),
  );
  if (findings.length === 0) return status?.message ?? 'no reason given';
  const told = findings.slice(0, FINDINGS_TOLD).map(({ rule, message }) => `${message} [${rule}]`);
  const more = findings.length - told.length;
  return `${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
