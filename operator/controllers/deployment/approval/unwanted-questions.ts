import type { ExpertConsultation, Withdrawal } from '../../../api/generated/expert-consultation.ts';
import type { Action } from '../../../core/action.ts';
import { bounded } from '../../../core/conditions.ts';
import { consultationName } from '../build/consultation.ts';
import { type DeploymentObserved, isServing, rejectionOf, tenantIdentity } from '../observed.ts';
import { gateSteps } from '../strategy/gate-request.ts';
import { placeOf } from '../strategy/place.ts';
import { callRequestSteps } from '../tools/call-request.ts';
import { REVIEW_REQUEST } from './review-request.ts';

const AT_ONCE = 8;
const MESSAGE = 512;

/**
 * Withdrawals of what people are asked and nobody needs to know any more, so that no person answers for nothing; and the
 * other way round where the delivery that asked stands again.
 */
export function unwantedQuestions(observed: DeploymentObserved): readonly Action[] {
  return observed.consultations
    .filter(({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.consensus === undefined)
    .flatMap((one): readonly Action[] => {
      const why = withdrawalOf(observed, one);
      const { withdrawn } = one.spec;
      if (why === undefined) return withdrawn === undefined ? [] : [patch(observed, one, null)];
      return withdrawn === undefined && one.status?.phase === 'AwaitingHuman' ? [patch(observed, one, why)] : [];
    })
    .slice(0, AT_ONCE);
}

/** Why its answer is of no use; `undefined` where it may be. */
function withdrawalOf(observed: DeploymentObserved, { metadata }: ExpertConsultation): Withdrawal | undefined {
  const { object, delivery } = observed;
  const { revision } = delivery.plan;
  const isOf = (steps: readonly string[]) =>
    steps.some((step) => consultationName(object.metadata.name, delivery.id, step) === metadata.name);
  const calls = callRequestSteps(observed);
  if (!isOf(['review', REVIEW_REQUEST, ...gateSteps(delivery.plan), ...calls])) {
    return {
      reason: 'Superseded',
      message: `the delivery of revision ${revision} took the place of the one that asked`,
    };
  }
  const rejection = rejectionOf(observed);
  if (rejection !== undefined) {
    return {
      reason: rejection.reason,
      message: bounded(`revision ${revision} was rejected: ${rejection.message ?? rejection.reason}`, MESSAGE),
    };
  }
  const open = isServing(observed)
    ? calls
    : ['review', REVIEW_REQUEST, ...gateSteps(delivery.plan, placeOf(observed)), ...calls];
  return isOf(open)
    ? undefined
    : { reason: 'NotNeeded', message: `the delivery of revision ${revision} went on without an answer` };
}

function patch(observed: DeploymentObserved, { metadata }: ExpertConsultation, withdrawn: Withdrawal | null): Action {
  return {
    type: 'patch-object',
    target: { resource: 'ExpertConsultation', namespace: observed.namespace, name: metadata.name },
    resourceVersion: metadata.resourceVersion ?? '',
    patch: { spec: { withdrawn: withdrawn === null ? null : { ...withdrawn } } },
    as: tenantIdentity(observed),
  };
}
