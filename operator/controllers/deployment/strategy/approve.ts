import { timestamp } from '../../../core/conditions.ts';
import { act, type Decision, wait } from '../../../core/decision.ts';
import { parseDuration } from '../../../core/duration.ts';
import type { Laws } from '../../../core/laws.ts';
import { approval, approvalStep } from '../build/approval.ts';
import { consultationName } from '../build/consultation.ts';
import { reject } from '../delivery/reject.ts';
import { type DeploymentObserved, tenantIdentity } from '../observed.ts';
import { verdictOf } from '../review-verdict.ts';
import type { Place } from './place.ts';
import { told } from './told.ts';

/** Where the step does not say. */
export const EXPIRES_AFTER = '24h';

/**
 * Do the people of the panel let this plan go on at this step? Always closed: a refusal, an answer about another plan, none
 * in time, and one that is used too late all go back (delivery.md section 3).
 */
export function approve(observed: DeploymentObserved, place: Place, laws: Laws): Decision | undefined {
  const { object, delivery, consultations } = observed;
  const { panel = '', expiresAfter = EXPIRES_AFTER } = ('approve' in place.step ? place.step.approve : undefined) ?? {};
  const name = consultationName(object.metadata.name, delivery.id, approvalStep(place));
  const where = told(observed, place);
  const asked = consultations.find(({ metadata }) => metadata.name === name);
  if (asked === undefined) {
    return act('AskingForApproval', `${where}: asking panel ${panel}`, {
      type: 'create-object',
      object: approval(object, delivery, place),
      as: tenantIdentity(observed),
    });
  }
  const verdict = verdictOf(asked, delivery.plan.hash);
  const expires = (Date.parse(asked.metadata.creationTimestamp ?? '') || laws.now) + (parseDuration(expiresAfter) ?? 0);
  const refuse = (reason: string, message: string) =>
    reject(observed, laws, { reason, message: `${where}: ${message}` });
  if (verdict.kind === 'refused')
    return refuse('ApprovalRefused', `panel ${panel} says ${verdict.answer}: ${verdict.message}`);
  if (verdict.kind === 'none' && verdict.reason === 'ApprovalStale') return refuse('ApprovalStale', verdict.message);
  if (laws.now >= expires) return refuse('ApprovalExpired', `panel ${panel} did not approve by ${timestamp(expires)}`);
  if (verdict.kind === 'none') {
    return refuse('ApprovalMissing', `panel ${panel} did not approve (${verdict.reason}): ${verdict.message}`);
  }
  if (verdict.kind === 'approved') return undefined;
  const how = `kubectl describe consult ${name} says what to decide and how`;
  return wait('WaitingForApproval', `${where}: panel ${panel} is asked until ${timestamp(expires)}; ${how}`, expires);
}
