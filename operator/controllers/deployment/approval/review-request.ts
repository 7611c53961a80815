import type { DeploymentObserved } from '../observed.ts';
import type { ApprovalRequest } from './approval-request.ts';

/** As a subject names what people are asked in the place of the experts. */
export const REVIEW_REQUEST = 'review-ask';

/** What people are asked where the experts came to no verdict. @param why in a sentence; @param review the consultation of the experts */
export function reviewRequest({ object, delivery }: DeploymentObserved, why: string, review: string): ApprovalRequest {
  const { revision, ask } = delivery.plan;
  return {
    step: REVIEW_REQUEST,
    title: `May revision ${revision} be rolled out without a verdict of the experts?`,
    question: `Deployment ${object.metadata.name} asks to roll out revision ${revision}, and ${why} (consultation ${review}). Read the frozen plan and say whether it is rolled out all the same; any other answer ends the delivery before any pod of it is made.`,
    ...ask,
  };
}
