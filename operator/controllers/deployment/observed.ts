import type { Deployment, DeploymentStatus, RejectedRevision } from '../../api/generated/deployment.ts';
import type { ExpertConsultation } from '../../api/generated/expert-consultation.ts';
import type { Tenant } from '../../api/generated/tenant.ts';
import { TENANT_SERVICE_ACCOUNT } from '../../api/names.ts';
import type { KubeObject } from '../../api/objects.ts';
import type { Identity } from '../../core/action.ts';
import type { MetricReading } from '../../ports/metric-source.ts';
import type {
  ControllerRevision,
  EndpointSlice,
  HorizontalPodAutoscaler,
  HttpRoute,
  Job,
  Pod,
  ReplicaSet,
  RoleBinding,
  Service,
} from './cluster-objects.ts';
import type { ObservedConfig } from './config/observed-config.ts';
import type { Delivery } from './delivery/delivery.ts';
import type { FrozenPlan } from './delivery/frozen-plan.ts';
import type { ObservedOrder } from './order/observed-order.ts';
import { revisionOf } from './rollout/revision-of.ts';

/** Everything one pass knows; only `absorb` adds to it. */
export interface DeploymentObserved {
  readonly object: Deployment;
  readonly delivery: Delivery;
  /** What status remembers of this delivery, with what this pass recorded. */
  readonly memory: DeploymentStatus;
  readonly namespace: string;
  /** Name of the Tenant that the namespace's label names. */
  readonly tenantName?: string;
  readonly tenant?: Tenant;
  readonly serviceAccount?: KubeObject;
  readonly roleBindings: readonly RoleBinding[];
  readonly config: ObservedConfig;
  readonly order: ObservedOrder;
  readonly plans: readonly ControllerRevision[];
  readonly replicaSets: readonly ReplicaSet[];
  /** The ReplicaSet of the desired revision, left behind by an object of this name that was deleted with Orphan. */
  readonly orphan?: ReplicaSet;
  readonly pods: readonly Pod[];
  /** Those that measure. */
  readonly jobs: readonly Job[];
  readonly consultations: readonly ExpertConsultation[];
  /** Those that carry our label, and those that the plan names. */
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  /** Those that carry our label, and the one that the plan names. */
  readonly routes: readonly HttpRoute[];
  /** False where the cluster defines no HTTPRoute. */
  readonly servesRoutes: boolean;
  readonly autoscalers: readonly HorizontalPodAutoscaler[];
  /** What metrics answered in this pass. */
  readonly probes?: readonly { readonly metric: string; readonly reading: MetricReading }[];
  /** What the API server said of this pass's dry runs: the first refusal, or that all was accepted. */
  readonly dryRun?: { readonly accepted: boolean; readonly message: string };
}

/** The identity that the work is written under (D6). */
export function tenantIdentity(observed: { readonly namespace: string }): Identity {
  return { kind: 'service-account', namespace: observed.namespace, name: TENANT_SERVICE_ACCOUNT };
}

/** Pods wanted: an autoscaler's minimum is a floor, except under an explicit 0 (delivery.md section 6). */
export function replicasWanted({ object, autoscalers }: DeploymentObserved): number {
  const replicas = object.spec.replicas ?? 1;
  return replicas === 0 ? 0 : Math.max(replicas, ...autoscalers.map(({ spec }) => spec.minReplicas ?? 1));
}

/** The refusal of the plan that the spec asks for, if it was refused. */
export function rejectionOf({ memory, delivery }: DeploymentObserved): RejectedRevision | undefined {
  return memory.revisions?.rejected?.find(({ plan }) => plan === delivery.plan.hash);
}

/** True when the desired revision is the one promoted last. */
export function isServing({ memory, delivery }: DeploymentObserved): boolean {
  return memory.revisions?.serving === delivery.plan.revision;
}

/** True when this very delivery promoted the revision that serves, and did not just find it serving. */
export function wasPromotedHere(observed: DeploymentObserved): boolean {
  return isServing(observed) && stepState(observed, 'promote') === 'Done';
}

/** The revision that served before the one that serves, where it can be brought back. */
export function servedBefore(observed: DeploymentObserved): string | undefined {
  const { memory, replicaSets, plans } = observed;
  const [before] = memory.revisions?.previous ?? [];
  if (before === undefined || !isServing(observed)) return undefined;
  const stands = replicaSets.some((one) => revisionOf(one) === before.hash);
  return stands || planOfRevision(plans, before.hash) !== undefined ? before.hash : undefined;
}

/** The revision that this delivery's promotion replaced, where it can be brought back. */
export function replacedHere(observed: DeploymentObserved): string | undefined {
  const { memory } = observed;
  const promotedAt = memory.steps?.find(({ name }) => name === 'promote')?.finishedAt;
  const replaced = memory.revisions?.previous?.[0]?.at === promotedAt;
  return replaced && wasPromotedHere(observed) ? servedBefore(observed) : undefined;
}

/** True from the first move of the roll-out until its revision is promoted or rejected. */
export function isRollingOut(observed: DeploymentObserved): boolean {
  // Only the record of the first move counts an attempt: a roll-out that policy denied has not begun.
  const { attempt = 0 } = observed.memory.steps?.find(({ name }) => name === 'roll-out') ?? {};
  return attempt > 0 && !isServing(observed) && rejectionOf(observed) === undefined;
}

export function stepState({ memory }: DeploymentObserved, name: string): string | undefined {
  return memory.steps?.find((step) => step.name === name)?.state;
}

/** The ControllerRevision that keeps a plan. */
export function keptPlan(plans: readonly ControllerRevision[], hash: string): FrozenPlan | undefined {
  return plans.map(frozenIn).find((plan) => plan?.hash === hash);
}

/** A plan that delivered this revision: what to build it from if its ReplicaSet is gone. */
export function planOfRevision(plans: readonly ControllerRevision[], revision: string): FrozenPlan | undefined {
  return plans.map(frozenIn).find((plan) => plan?.revision === revision);
}

/** Its data is immutable and was written by `build/controller-revision.ts` only. */
function frozenIn(kept: ControllerRevision): FrozenPlan | undefined {
  return kept.data as unknown as FrozenPlan | undefined; // border: our own object, immutable by the API server
}
