/** Deliveries in every state a screen must tell apart. */
import type { Deployment, DeploymentStatus } from '../../../operator/api/generated/deployment.ts';
import type { ExpertConsultation } from '../../../operator/api/generated/expert-consultation.ts';
import type { Condition } from '../../../operator/api/objects.ts';
import type { Pod } from '../../../operator/cli/view/pod-view.ts';

/** A consultation that waits for a person, about a plan. */
export function approval(plan: string): ExpertConsultation {
  return {
    apiVersion: 'code-engine.dev/v1alpha1',
    kind: 'ExpertConsultation',
    metadata: {
      ...{ name: `shop-of-${plan}`, namespace: 'acme-prod' },
      labels: { 'code-engine.dev/deployment': 'shop' },
    },
    spec: {
      ...{ title: 'may shop go on?', question: 'is it safe?', type: 'review' },
      subject: { kind: 'Deployment', name: 'shop', planHash: plan },
      answer: { kind: 'choice', options: ['approve', 'reject'] },
    },
    status: { phase: 'AwaitingHuman', message: 'waiting for a person to answer as manager' },
  };
}

export const NOW = Date.UTC(2026, 10, 25, 12, 1, 0);
const AT = '2026-11-25T12:00:00Z';

export const condition = (type: string, status: Condition['status'], reason: string): Condition => ({
  type,
  status,
  reason,
  message: `${reason} in a sentence`,
  lastTransitionTime: AT,
  observedGeneration: 3,
});

export const steps = (...states: readonly ('Done' | 'Running' | 'Failed' | 'Skipped' | 'Pending' | 'Waiting')[]) =>
  ['claim-identity', 'validate', 'review', 'prepare', 'roll-out', 'promote', 'analyse', 'finish'].map((name, index) => {
    const state = states[index] ?? 'Pending';
    const began = { startedAt: `2026-11-25T12:00:0${index}Z` };
    if (state === 'Pending') return { name, state };
    if (state === 'Running' || state === 'Waiting') return { name, state, ...began, attempt: 1 };
    return { name, state, ...began, finishedAt: `2026-11-25T12:00:0${index + 1}Z` };
  });

export function shop(
  status: DeploymentStatus | undefined,
  annotations: Readonly<Record<string, string>> = {},
): Deployment {
  return {
    apiVersion: 'code-engine.dev/v1alpha1',
    kind: 'Deployment',
    metadata: { name: 'shop', namespace: 'acme-prod', uid: 'u1', resourceVersion: '7', generation: 3, annotations },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'shop' } },
      template: {
        metadata: { labels: { app: 'shop' } },
        spec: { containers: [{ name: 'web', image: 'shop:2' }] },
      },
    },
    ...(status === undefined ? {} : { status: { observedGeneration: 3, ...status } }),
  };
}

export const serving: DeploymentStatus = {
  phase: 'Serving',
  progress: '8/8',
  message: 'revision bbbb serves with 3 of 3 pods available',
  conditions: [condition('Ready', 'True', 'Promoted')],
  plan: { hash: 'p2', revision: 'bbbb', delivery: 'd2', startedAt: AT },
  revisions: { desired: 'bbbb', serving: 'bbbb', previous: [{ hash: 'aaaa', plan: 'p1', at: AT }] },
  readyReplicas: 3,
  availableReplicas: 3,
  steps: steps('Done', 'Done', 'Done', 'Skipped', 'Done', 'Done', 'Skipped', 'Done'),
  timeline: [
    '11:00:00 finish: revision aaaa serves with 3 of 3 pods available',
    '12:00:01 validate: plan p2 of revision bbbb is frozen',
    '12:00:07 finish: revision bbbb serves with 3 of 3 pods available',
  ],
};

export const rollingOut: DeploymentStatus = {
  phase: 'Progressing',
  progress: '5/8 roll-out',
  message: 'rolling out revision bbbb: 1 of 3 pods updated, 3 available',
  conditions: [condition('Ready', 'Unknown', 'RollingOut'), condition('Reconciling', 'True', 'RollingOut')],
  plan: { hash: 'p2', revision: 'bbbb', delivery: 'd2', startedAt: AT },
  revisions: { desired: 'bbbb', serving: 'aaaa' },
  readyReplicas: 3,
  availableReplicas: 3,
  review: { consultation: 'shop-d2-review', verdict: 'approve', confidence: '0.982014', risk: 'low' },
  gate: { decisionId: 'd', step: 'roll-out', allowed: true, bundle: 'b' },
  tools: [
    {
      ...{ name: 'scan', step: 'prepare', server: 'security', tool: 'scan_manifest', key: 'k1', attempt: 1, epoch: 1 },
      ...{ startedAt: '2026-11-25T11:00:00Z', finishedAt: '2026-11-25T11:00:01Z', outcome: 'Failed' },
      message: 'of the delivery before this one',
    },
    {
      ...{ name: 'scan', step: 'prepare', server: 'security', tool: 'scan_manifest', key: 'k2', attempt: 1, epoch: 1 },
      ...{ startedAt: '2026-11-25T12:00:03Z', finishedAt: '2026-11-25T12:00:04Z', outcome: 'Succeeded' },
      message: 'security.scan_manifest succeeded',
    },
  ],
  analysis: [
    {
      ...{ metric: 'error-rate', verdict: 'Measuring', value: '0.012', samples: 12 },
      message: '0.012 against at most 0.02',
      measurements: [
        { at: AT, value: '0.010', phase: 'Good' },
        { at: AT, phase: 'NoData' },
        { at: AT, value: '0.012', phase: 'Good' },
      ],
    },
  ],
  steps: steps('Done', 'Done', 'Done', 'Done', 'Running'),
  timeline: ['12:00:04 roll-out: rolling out revision bbbb: 0 of 3 pods updated, 3 available'],
};

export const denied: DeploymentStatus = {
  phase: 'Failed',
  progress: '2/8 validate',
  message: 'policy denied step validate: container web uses an image without a digest [supply-chain/not-pinned]',
  conditions: [condition('Ready', 'False', 'PolicyDenied'), condition('Stalled', 'True', 'PolicyDenied')],
  plan: { hash: 'p2', revision: 'bbbb', delivery: 'd2', startedAt: AT },
  revisions: { desired: 'bbbb', serving: 'aaaa' },
  readyReplicas: 3,
  availableReplicas: 3,
  gate: {
    ...{ decisionId: '0a1b2c', step: 'validate', allowed: false, bundle: '625178a1363e0000' },
    reasons: ['supply-chain/not-pinned: container web uses an image without a digest'],
  },
  steps: steps('Done', 'Failed'),
  timeline: ['12:00:01 validate: policy denied step validate'],
};

export const rolledBack: DeploymentStatus = {
  phase: 'RolledBack',
  progress: 'roll-back',
  message: 'rolled back to revision aaaa (3 of 3 pods available): revision bbbb was rejected (CrashLooping)',
  conditions: [condition('Ready', 'False', 'RolledBack'), condition('Stalled', 'True', 'RolledBack')],
  plan: { hash: 'p2', revision: 'bbbb', delivery: 'd2', startedAt: AT },
  revisions: {
    ...{ desired: 'bbbb', serving: 'aaaa' },
    rejected: [{ hash: 'bbbb', plan: 'p2', reason: 'CrashLooping', at: AT }],
  },
  readyReplicas: 3,
  availableReplicas: 3,
  steps: steps('Done', 'Done', 'Done', 'Done', 'Failed'),
};

export function pod(name: string, revision: string, status: Pod['status'] = ready): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...{ name, namespace: 'acme-prod', creationTimestamp: AT },
      labels: { 'code-engine.dev/deployment': 'shop', 'code-engine.dev/revision': revision },
    },
    ...(status === undefined ? {} : { status }),
  };
}

export const ready: Pod['status'] = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
export const crashing: Pod['status'] = {
  phase: 'Running',
  conditions: [{ type: 'Ready', status: 'False' }],
  containerStatuses: [
    {
      ...{ name: 'web', ready: false, restartCount: 3 },
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container' } },
    },
  ],
};
