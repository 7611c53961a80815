import { timestamp } from '../../../core/conditions.ts';
import { act, type Decision, type Milliseconds, wait } from '../../../core/decision.ts';
import { parseDuration } from '../../../core/duration.ts';
import { approval, RELEASE_MANAGER } from '../build/approval.ts';
import { consultationName } from '../build/consultation.ts';
import { type DeploymentObserved, tenantIdentity } from '../observed.ts';
import { verdictOf } from '../review-verdict.ts';
import type { ApprovalRequest } from './approval-request.ts';

/** Where nobody says. */
const EXPIRES_AFTER = '24h';

export type PeoplesAnswer =
  /** They are to be asked, or are thinking. */
  | { readonly kind: 'open'; readonly decision: Decision }
  /** `by`: in a clause, who said yes. */
  | { readonly kind: 'approved'; readonly by: string }
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string };

/**
 * What people say to a request of this delivery; they are asked where nobody did yet. Always closed: a refusal, an answer about
 * another plan, none in time, and one that is used too late are a no (delivery.md section 3).
 * @param where the beginning of the sentence that tells of it
 * @param now when a yes is used
 */
export function askPeople(
  observed: DeploymentObserved,
  request: ApprovalRequest,
  where: string,
  now: Milliseconds,
): PeoplesAnswer {
  const { object, delivery } = observed;
  const whom = request.panel === undefined ? `a person (${RELEASE_MANAGER})` : `panel ${request.panel}`;
  const asked = askedAbout(observed, request.step);
  if (asked === undefined) {
    const decision = act('AskingForApproval', `${where}: asking ${whom}`, {
      type: 'create-object',
      object: approval(object, delivery, request),
      as: tenantIdentity(observed),
    });
    return { kind: 'open', decision };
  }
  const verdict = verdictOf(asked, delivery.plan.hash);
  const expires = expiryOf(observed, request) ?? now;
  const refused = (reason: string, message: string) => ({ kind: 'refused', reason, message }) as const;
  if (verdict.kind === 'refused') {
    return refused('ApprovalRefused', `${whom} says ${verdict.answer}: ${verdict.message}`);
  }
  if (verdict.kind === 'none' && verdict.reason === 'ApprovalStale') return refused('ApprovalStale', verdict.message);
  if (now >= expires) return refused('ApprovalExpired', `${whom} did not approve by ${timestamp(expires)}`);
  if (verdict.kind === 'none') {
    return refused('ApprovalMissing', `${whom} did not approve (${verdict.reason}): ${verdict.message}`);
  }
  const by = personsOf(asked);
  if (verdict.kind === 'approved' && by !== undefined) return { kind: 'approved', by };
  if (verdict.kind === 'approved')
    return refused('ApprovalMissing', `no person of ${whom} answered: ${verdict.message}`);
  const how = `kubectl describe consult ${asked.metadata.name} says what to decide and how`;
  const message = `${where}: ${whom} is asked until ${timestamp(expires)}; ${how}`;
  return { kind: 'open', decision: wait('WaitingForApproval', message, expires) };
}

/** The consultation of a request, once it stands. */
export function askedAbout({ object, delivery, consultations }: DeploymentObserved, step: string) {
  const name = consultationName(object.metadata.name, delivery.id, step);
  return consultations.find(({ metadata }) => metadata.name === name);
}

/** When no answer to a request counts any longer; `undefined` before it was asked. */
export function expiryOf(
  observed: DeploymentObserved,
  { step, expiresAfter = EXPIRES_AFTER }: Pick<ApprovalRequest, 'step' | 'expiresAfter'>,
): Milliseconds | undefined {
  const from = Date.parse(askedAbout(observed, step)?.metadata.creationTimestamp ?? '');
  return Number.isNaN(from) ? undefined : from + (parseDuration(expiresAfter) ?? 0);
}

function personsOf({ status }: NonNullable<ReturnType<typeof askedAbout>>): string | undefined {
  const persons = (status?.answers ?? []).flatMap(({ kind, state, by }) =>
    kind === 'human' && state === 'Answered' && by !== undefined ? [by] : [],
  );
  return persons.length === 0 ? undefined : persons.join(', ');
}
