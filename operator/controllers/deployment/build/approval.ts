import type { Deployment } from '../../../api/generated/deployment.ts';
import type { ExpertConsultation } from '../../../api/generated/expert-consultation.ts';
import { API_VERSION, labels } from '../../../api/names.ts';
import { parseDuration } from '../../../core/duration.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { FrozenPlan } from '../delivery/frozen-plan.ts';
import type { Place } from '../strategy/place.ts';
import { stepsOf } from '../strategy/steps-of.ts';
import { consultationName } from './consultation.ts';
import { planName } from './controller-revision.ts';
import { ownerReference } from './owner-reference.ts';
import { podLabels } from './pod-template.ts';

/** What the schema of a consultation takes as its deadline. */
const SHORTEST = '6m';
const LONGEST = '168h';

/** The step as the consultation's subject names it: an answer to one step is no answer to another. */
export function approvalStep({ index }: Pick<Place, 'index'>): string {
  return `approve-${index}`;
}

/** The names of all steps of a plan at which people are asked. */
export function approvalSteps(plan: FrozenPlan): readonly string[] {
  return stepsOf(plan).flatMap((step, position) =>
    !('approve' in step) ? [] : [approvalStep({ index: position + 1 })],
  );
}

/** Asks the people of a panel whether a frozen plan goes on beyond one step. */
export function approval(owner: Deployment, { id, plan }: Delivery, place: Place): ExpertConsultation {
  const { name, namespace, uid } = owner.metadata;
  const { panel, expiresAfter } = ('approve' in place.step ? place.step.approve : undefined) ?? {};
  const step = approvalStep(place);
  const at = `${place.weight} percent of the traffic`;
  return {
    apiVersion: API_VERSION,
    kind: 'ExpertConsultation',
    metadata: {
      name: consultationName(name, id, step),
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...podLabels(name, plan.revision), [labels.plan]: plan.hash },
      ownerReferences: [ownerReference(owner)],
    },
    spec: {
      title: `May revision ${plan.revision} go on beyond step ${place.index} of ${place.of}?`,
      question: `Deployment ${name} has revision ${plan.revision} at ${at}, and its canary waits at step ${place.index} of ${place.of}. Read the frozen plan and say whether it may go on; any other answer takes it back.`,
      type: 'review',
      priority: 'high',
      subject: {
        kind: 'Deployment',
        name,
        ...(uid === undefined ? {} : { uid }),
        planHash: plan.hash,
        planName: planName(name, plan.hash),
        step,
      },
      answer: { kind: 'choice', options: ['approve', 'reject'], permits: ['approve'] },
      ...(panel === undefined ? {} : { panel }),
      ...(expiresAfter === undefined ? {} : { deadline: within(expiresAfter) }),
    },
  };
}

function within(duration: string): string {
  const length = parseDuration(duration) ?? 0;
  if (length < (parseDuration(SHORTEST) ?? 0)) return SHORTEST;
  return length > (parseDuration(LONGEST) ?? 0) ? LONGEST : duration;
}
