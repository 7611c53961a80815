import type { Deployment } from '../../../api/generated/deployment.ts';
import type { ExpertConsultation } from '../../../api/generated/expert-consultation.ts';
import { API_VERSION, labels } from '../../../api/names.ts';
import { hashedName } from '../../../core/hash.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { planName } from './controller-revision.ts';
import { ownerReference } from './owner-reference.ts';
import { podLabels } from './pod-template.ts';

/** One consultation a step: the review of the plan, or an approval on the way. */
export function consultationName(name: string, delivery: string, step = 'review'): string {
  return hashedName(name, `${delivery}-${step}`);
}

/** The review of one delivery: the plan is the subject and the evidence, and only `approve` lets it go on. */
export function consultation(
  owner: Deployment,
  { id, plan }: Delivery,
  serving: string | undefined,
): ExpertConsultation {
  const { name, namespace, uid } = owner.metadata;
  const { panel, experts, quorum, timeout, expiresAfter } = plan.review;
  const before = serving === undefined ? 'nothing serves yet' : `revision ${serving} serves now`;
  return {
    apiVersion: API_VERSION,
    kind: 'ExpertConsultation',
    metadata: {
      name: consultationName(name, id),
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...podLabels(name, plan.revision), [labels.plan]: plan.hash },
      ownerReferences: [ownerReference(owner)],
    },
    spec: {
      title: `Is revision ${plan.revision} safe to roll out?`,
      question: `Deployment ${name} asks to roll out revision ${plan.revision}; ${before}. Read the frozen plan and say whether its pods are safe to run.`,
      type: 'review',
      priority: 'high',
      subject: {
        kind: 'Deployment',
        name,
        ...(uid === undefined ? {} : { uid }),
        planHash: plan.hash,
        planName: planName(name, plan.hash),
        step: 'review',
      },
      answer: { kind: 'choice', options: ['approve', 'reject', 'needs-work'], permits: ['approve'] },
      ...(panel === undefined ? {} : { panel }),
      ...(experts === undefined ? {} : { experts }),
      ...(quorum === undefined ? {} : { quorum }),
      ...(timeout === undefined ? {} : { timeout }),
      ...(expiresAfter === undefined ? {} : { deadline: expiresAfter }),
    },
  };
}
