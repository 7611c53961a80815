import type { Deployment, DeploymentStatus } from '../../../operator/api/generated/deployment.ts';
import type { ExpertConsultation } from '../../../operator/api/generated/expert-consultation.ts';
import { labels } from '../../../operator/api/names.ts';
import { consultation } from '../../../operator/controllers/deployment/build/consultation.ts';
import { controllerRevision } from '../../../operator/controllers/deployment/build/controller-revision.ts';
import { replicaSet } from '../../../operator/controllers/deployment/build/replica-set.ts';
import { identityBinding, workloadBinding } from '../../../operator/controllers/deployment/build/role-binding.ts';
import { serviceAccount } from '../../../operator/controllers/deployment/build/service-account.ts';
import type { Pod, ReplicaSet } from '../../../operator/controllers/deployment/cluster-objects.ts';
import { deliveryOf } from '../../../operator/controllers/deployment/delivery/delivery.ts';
import type { FrozenPlan } from '../../../operator/controllers/deployment/delivery/frozen-plan.ts';
import type { DeploymentObserved } from '../../../operator/controllers/deployment/observed.ts';
import { ALONE } from '../../../operator/controllers/deployment/order/observed-order.ts';
import type { Laws } from '../../../operator/core/laws.ts';
import { aDeployment, START } from './builders.ts';

const BEFORE = new Date(START - 60_000).toISOString();

export const laws = (change: Partial<Laws> = {}): Laws => ({
  now: START,
  epoch: 1,
  settings: { untenanted: 'Serve', podSecurityVersion: 'v1.36' },
  ...change,
});

/** A namespace that is ready to be worked in, an object nobody has looked at yet. */
export function anObservation(change: Partial<DeploymentObserved> = {}, object = aDeployment()): DeploymentObserved {
  const dated = <Kind extends { readonly metadata: object }>(one: Kind): Kind => ({
    ...one,
    metadata: { ...one.metadata, creationTimestamp: BEFORE },
  });
  return {
    object,
    delivery: deliveryOf(object, undefined),
    memory: {},
    namespace: 'acme-prod',
    serviceAccount: dated(serviceAccount('acme-prod')),
    roleBindings: [dated(workloadBinding('acme-prod')), dated(identityBinding('acme-prod'))],
    config: { sources: [], copies: [] },
    order: ALONE,
    plans: [],
    replicaSets: [],
    pods: [],
    jobs: [],
    consultations: [],
    services: [],
    slices: [],
    routes: [],
    servesRoutes: true,
    autoscalers: [],
    ...change,
  };
}

export function frozen(observed: DeploymentObserved): DeploymentObserved {
  return { ...observed, plans: [...observed.plans, controllerRevision(observed.object, observed.delivery.plan)] };
}

export function remembering(observed: DeploymentObserved, memory: DeploymentStatus): DeploymentObserved {
  return { ...observed, memory: { ...observed.memory, ...memory } };
}

export function reviewed(observed: DeploymentObserved, status: ExpertConsultation['status']): DeploymentObserved {
  const asked = consultation(observed.object, observed.delivery, undefined);
  const metadata = { ...asked.metadata, creationTimestamp: BEFORE };
  return { ...observed, consultations: [{ ...asked, metadata, ...(status === undefined ? {} : { status }) }] };
}

export function aReplicaSet(
  owner: Deployment,
  plan: FrozenPlan,
  size: number,
  available = size,
  change: Partial<ReplicaSet['metadata']> = {},
): ReplicaSet {
  const set = replicaSet(owner, plan, size);
  const metadata = {
    ...set.metadata,
    uid: `uid-${plan.revision}`,
    resourceVersion: '7',
    creationTimestamp: BEFORE,
    ...change,
  };
  return { ...set, metadata, status: { replicas: size, readyReplicas: available, availableReplicas: available } };
}

export function aPod(status: NonNullable<Pod['status']>, name = 'shop-1'): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'acme-prod', labels: { [labels.deployment]: 'shop' }, creationTimestamp: BEFORE },
    status,
  };
}
