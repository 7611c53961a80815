import type { Deployment } from '../../../api/generated/deployment.ts';
import type { ApprovalRequest } from '../approval/approval-request.ts';
import type { FrozenPlan } from '../delivery/frozen-plan.ts';
import type { Place } from './place.ts';
import { stepsOf } from './steps-of.ts';

function gateStep({ index }: Pick<Place, 'index'>): string {
  return `approve-${index}`;
}

/** The names of the requests that the `approve` steps of a plan make from one of its steps on; of all unless it is named. */
export function gateSteps(plan: FrozenPlan, from: Pick<Place, 'index'> = { index: 1 }): readonly string[] {
  return stepsOf(plan).flatMap((step, position) =>
    'approve' in step && position + 1 >= from.index ? [gateStep({ index: position + 1 })] : [],
  );
}

/** What the people of an `approve` step are asked. */
export function gateRequest(
  { metadata: { name } }: Deployment,
  { revision }: FrozenPlan,
  place: Place,
): ApprovalRequest {
  const approve = ('approve' in place.step ? place.step.approve : undefined) ?? { panel: '' };
  const at = `${place.weight} percent of the traffic`;
  return {
    step: gateStep(place),
    title: `May revision ${revision} go on beyond step ${place.index} of ${place.of}?`,
    question: `Deployment ${name} has revision ${revision} at ${at}, and its canary waits at step ${place.index} of ${place.of}. Read the frozen plan and say whether it may go on; any other answer takes it back.`,
    ...approve,
  };
}
