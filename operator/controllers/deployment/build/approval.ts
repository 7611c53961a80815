import type { Deployment } from '../../../api/generated/deployment.ts';
import type { ExpertConsultation } from '../../../api/generated/expert-consultation.ts';
import { API_VERSION, labels } from '../../../api/names.ts';
import { parseDuration } from '../../../core/duration.ts';
import type { ApprovalRequest } from '../approval/approval-request.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { consultationName } from './consultation.ts';
import { planName } from './controller-revision.ts';
import { ownerReference } from './owner-reference.ts';
import { podLabels } from './pod-template.ts';

/** The expert that a person answers as where no panel is named. */
export const RELEASE_MANAGER = 'release-manager';

/** What the schema of a consultation takes as its deadline. */
const SHORTEST = '6m';
const LONGEST = '168h';

/** Asks people whether a frozen plan goes on: the plan is the subject, and only `approve` lets it. */
export function approval(owner: Deployment, { id, plan }: Delivery, request: ApprovalRequest): ExpertConsultation {
  const { name, namespace, uid } = owner.metadata;
  const { step, title, question, panel, expiresAfter } = request;
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
      title,
      question,
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
      ...(panel === undefined ? { experts: [{ name: RELEASE_MANAGER, provider: 'human' }] } : { panel }),
      ...(expiresAfter === undefined ? {} : { deadline: within(expiresAfter) }),
    },
  };
}

function within(duration: string): string {
  const length = parseDuration(duration) ?? 0;
  if (length < (parseDuration(SHORTEST) ?? 0)) return SHORTEST;
  return length > (parseDuration(LONGEST) ?? 0) ? LONGEST : duration;
}
