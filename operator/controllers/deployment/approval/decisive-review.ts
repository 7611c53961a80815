import type { ExpertConsultation } from '../../../api/generated/expert-consultation.ts';
import type { DeploymentObserved } from '../observed.ts';
import { askedAbout } from './ask-people.ts';
import { REVIEW_REQUEST } from './review-request.ts';

/** The consultation whose verdict the review goes by: the experts', or of people once they decided in the place of experts. */
export function decisiveReview(observed: DeploymentObserved): ExpertConsultation | undefined {
  const people = askedAbout(observed, REVIEW_REQUEST);
  return people?.status?.consensus === undefined ? askedAbout(observed, 'review') : people;
}
