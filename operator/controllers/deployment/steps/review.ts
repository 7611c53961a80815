import type { ExpertConsultation } from '../../../api/generated/expert-consultation.ts';
import { act, type Decision, done, stuck, wait } from '../../../core/decision.ts';
import { parseDuration } from '../../../core/duration.ts';
import type { Laws } from '../../../core/laws.ts';
import type { Step } from '../../../core/room.ts';
import { askedAbout, askPeople } from '../approval/ask-people.ts';
import { REVIEW_REQUEST, reviewRequest } from '../approval/review-request.ts';
import { consultation, consultationName } from '../build/consultation.ts';
import { isTriedOnly } from '../is-tried-only.ts';
import { type DeploymentObserved, isRollingOut, isServing, tenantIdentity } from '../observed.ts';
import { isRiskier, type ReviewVerdict, verdictOf } from '../review-verdict.ts';

/** Reason of what a delivery inside the rollback window skips. */
export const IN_WINDOW = 'InRollbackWindow';

const AGAIN = 'change the template, or ask again by setting the annotation code-engine.dev/retry to a new value';

/** Do the experts let this plan go on? Decided on the structured verdict, never on words found in prose. */
export const review: Step<DeploymentObserved> = {
  name: 'review',
  condition: 'Reviewed',
  decide(observed, laws) {
    const { object, delivery, memory, consultations } = observed;
    const { plan } = delivery;
    const name = consultationName(object.metadata.name, delivery.id);
    const asked = consultations.find(({ metadata }) => metadata.name === name);
    const verdict = asked && verdictOf(asked, plan.hash);
    // What serves is not asked about again, and an approval that started a roll-out is used up: neither is taken back.
    if (verdict?.kind !== 'approved' && isServing(observed)) {
      return done('AlreadyServing', `revision ${plan.revision} serves already`);
    }
    if (plan.direct === true) {
      const message = `revision ${plan.revision} served inside spec.rollback.window: no review, no steps, no analysis`;
      return done(IN_WINDOW, message);
    }
    if (plan.review.require === 'none')
      return done('ReviewNotRequired', 'spec.review.require is none: nobody is asked');
    if (asked === undefined && isRollingOut(observed))
      return done('Approved', memory.review?.message ?? 'this plan was approved');
    if (asked === undefined) {
      return act('AskingExperts', `asking the experts about revision ${plan.revision}`, {
        type: 'create-object',
        object: consultation(object, delivery, memory.revisions?.serving),
        as: tenantIdentity(observed),
      });
    }
    if (verdict !== undefined && verdict.kind !== 'pending') return judge(observed, verdict, name, laws);
    const until = deadline(asked, plan.progressDeadlineSeconds);
    if (laws.now < until) return waitFor(asked, name, until);
    const late = { kind: 'none', reason: 'DeadlineExceeded', message: 'the experts did not answer in time' } as const;
    return judge(observed, late, name, laws);
  },
};

/** People take hours, and are told of by their own reason: nobody should look for a fault while one is thinking. */
function waitFor({ status }: ExpertConsultation, name: string, until: number): Decision {
  if (status?.phase !== 'AwaitingHuman') {
    return wait('WaitingForReview', `the experts are asked; kubectl describe consult ${name}`, until);
  }
  return wait(
    'WaitingForApproval',
    `${status.message ?? 'a person is asked'}; kubectl describe consult ${name}`,
    until,
  );
}

function judge(
  observed: DeploymentObserved,
  verdict: Exclude<ReviewVerdict, { kind: 'pending' }>,
  name: string,
  laws: Laws,
): Decision {
  const { require, maxRisk } = observed.delivery.plan.review;
  const advised = require === 'advise';
  if (verdict.kind === 'none')
    return advised ? done('Advised', verdict.message) : undecided(observed, verdict, name, laws);
  if (verdict.kind === 'refused') {
    if (advised) return done('Advised', `the experts advise against it: ${verdict.message}`);
    return stuck(
      'ReviewRejected',
      `the experts say ${verdict.answer}: ${verdict.message}; change the template, or see kubectl describe consult ${name}`,
    );
  }
  if (!advised && verdict.risk !== undefined && isRiskier(verdict.risk, maxRisk)) {
    const message = `the experts approve but see ${verdict.risk} risk, above spec.review.maxRisk ${maxRisk}`;
    return stuck('ReviewRejected', `${message}: ${verdict.message}; change the template or accept more risk`);
  }
  return done('Approved', `the experts approve: ${verdict.message}`);
}

/** Nobody decided: the plan's fail mode says what that means. */
function undecided(
  observed: DeploymentObserved,
  { reason, message }: Extract<ReviewVerdict, { kind: 'none' }>,
  name: string,
  laws: Laws,
): Decision {
  const why = `the experts came to no verdict (${reason}): ${message}`;
  switch (observed.delivery.plan.review.onUnavailable) {
    case 'Proceed':
      return done('ProceededWithoutReview', `${why}; going on, as spec.review.onUnavailable says`);
    case 'Deny':
      return stuck(
        'ReviewUnavailable',
        `${why}; spec.review.onUnavailable is Deny: see kubectl describe consult ${name}, then set the annotation code-engine.dev/retry to a new value`,
      );
    case 'Ask':
      return askInstead(observed, why, name, laws);
  }
}

/** People decide in the place of the experts. A yes that let the delivery go on is used up: it does not expire any more. */
function askInstead(observed: DeploymentObserved, why: string, name: string, laws: Laws): Decision {
  const step = observed.memory.steps?.find((one) => one.name === 'review');
  const usedAt = step?.state === 'Done' ? Date.parse(step.finishedAt ?? '') : Number.NaN;
  const used = !Number.isNaN(usedAt);
  if (used && askedAbout(observed, REVIEW_REQUEST) === undefined) {
    return done('Approved', observed.memory.review?.message ?? 'this plan was approved');
  }
  if (isTriedOnly(observed))
    return stuck('ReviewUndecided', `${why}; nobody is asked about what is only tried; ${AGAIN}`);
  const answer = askPeople(observed, reviewRequest(observed, why, name), why, used ? usedAt : laws.now);
  switch (answer.kind) {
    case 'open':
      return answer.decision;
    case 'approved':
      return done('Approved', `${answer.by} let it go on although ${why}`);
    case 'refused':
      return stuck(
        answer.reason === 'ApprovalRefused' ? 'ReviewRejected' : 'ReviewUndecided',
        `${why}; ${answer.message}; ${AGAIN}`,
      );
  }
}

/** The consultation has a deadline of its own, with people another; should it not end at all, the delivery's holds after it. */
function deadline({ metadata, spec, status }: ExpertConsultation, progressDeadlineSeconds: number): number {
  const created = Date.parse(metadata.creationTimestamp ?? '') || 0;
  const expires = status?.phase === 'AwaitingHuman' ? Date.parse(status.expiresAt ?? '') || created : created;
  return expires + Math.max(progressDeadlineSeconds * 1000, parseDuration(spec.timeout ?? '') ?? 0);
}
