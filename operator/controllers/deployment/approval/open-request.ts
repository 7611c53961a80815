import type { DeploymentObserved } from '../observed.ts';
import { gateRequest } from '../strategy/gate-request.ts';
import { placeOf } from '../strategy/place.ts';
import { callInQuestion } from '../tools/call-in-question.ts';
import type { CallingStep } from '../tools/calls-here.ts';
import type { ApprovalRequest } from './approval-request.ts';
import { askedAbout } from './ask-people.ts';
import { REVIEW_REQUEST } from './review-request.ts';

/** What people are asked in a step now, beside the review itself; `undefined` where they are asked nothing. */
export function openRequest(
  observed: DeploymentObserved,
  step: string,
): Pick<ApprovalRequest, 'step' | 'expiresAfter'> | undefined {
  const { object, delivery } = observed;
  if (step === 'review') {
    const asked = askedAbout(observed, REVIEW_REQUEST) !== undefined;
    return asked ? { step: REVIEW_REQUEST, ...delivery.plan.ask } : undefined;
  }
  const place = placeOf(observed);
  if (step === 'roll-out' && place.kind === 'approve') return gateRequest(object, delivery.plan, place);
  return isCalling(step) ? callInQuestion(observed, step)?.request : undefined;
}

const isCalling = (step: string): step is CallingStep => ['prepare', 'roll-out', 'finish'].includes(step);
