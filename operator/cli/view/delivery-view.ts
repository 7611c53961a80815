import { conditionTypes } from '../../api/conditions.ts';
import type {
  Deployment,
  DeploymentStatus,
  GateStatus,
  MetricStatus,
  ReviewStatus,
  StepStatus,
  StrategyStepStatus,
  ToolCallStatus,
} from '../../api/generated/deployment.ts';
import type { ExpertConsultation } from '../../api/generated/expert-consultation.ts';
import { nextAction } from './next-action.ts';
import type { Pod } from './pod-view.ts';
import { type RevisionView, revisionViews } from './revision-view.ts';

/** How a delivery stands in one word: what `watch` ends on. */
export type Standing = 'Ready' | 'Stalled' | 'Working' | 'Suspended';

/** A delivery as a screen shows it and as `-o json` prints it. */
export interface DeliveryView {
  readonly name: string;
  readonly namespace: string;
  readonly standing: Standing;
  readonly phase: string;
  /** Reason of condition Ready. */
  readonly reason: string;
  readonly message: string;
  /** False while the operator has not seen the newest spec: everything else speaks of an older one. */
  readonly current: boolean;
  /** When the present attempt began, RFC 3339 in UTC. */
  readonly startedAt?: string;
  readonly progress?: string;
  readonly strategyStep?: StrategyStepStatus;
  readonly pods: { readonly wanted: number; readonly ready: number; readonly available: number };
  readonly steps: readonly StepStatus[];
  readonly revisions: readonly RevisionView[];
  /** What pods of the desired revision read as copies: kind, name and digest, a line each. */
  readonly config: readonly string[];
  /** Why the pods are not listed, where they may not be read. */
  readonly podsUnknown?: string;
  readonly review?: ReviewStatus;
  /** Consultations of this plan that wait for a person. */
  readonly approvals: readonly ApprovalView[];
  readonly gate?: GateStatus;
  /** The calls of this attempt. */
  readonly tools: readonly ToolCallStatus[];
  readonly analysis: readonly MetricStatus[];
  readonly timeline: readonly string[];
  /** What to do now, and whose it is, in a sentence. */
  readonly next: string;
}

export interface ApprovalView {
  readonly consultation: string;
  /** What is asked, in a line. */
  readonly title: string;
  readonly options: readonly string[];
  /** Who is to answer what, until when and how. */
  readonly message: string;
}

/** The pods of a delivery, or why they are not known. */
export type Pods = { readonly known: readonly Pod[] } | { readonly unknown: string };

/** @param consultations of this delivery, as far as they may be read */
export function deliveryView(
  deployment: Deployment,
  pods: Pods,
  consultations: readonly ExpertConsultation[] = [],
): DeliveryView {
  const { metadata, spec, status = {} } = deployment;
  const { step, review, gate, progress, plan: { startedAt } = {} } = status;
  const ready = status.conditions?.find(({ type }) => type === conditionTypes.ready);
  const current = status.observedGeneration === metadata.generation;
  const standing = current ? standingOf(status) : 'Working';
  const told = {
    name: metadata.name,
    namespace: metadata.namespace ?? 'default',
    standing,
    phase: status.phase ?? 'Pending',
    reason: ready?.reason ?? 'Pending',
    message: status.message ?? 'the operator has not looked at it yet',
    current,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(progress === undefined ? {} : { progress }),
    ...(step === undefined ? {} : { strategyStep: step }),
    pods: {
      wanted: spec.replicas ?? 1,
      ready: status.readyReplicas ?? 0,
      available: status.availableReplicas ?? 0,
    },
    steps: status.steps ?? [],
    revisions: revisionViews(status, 'known' in pods ? pods.known : undefined),
    config: status.plan?.config ?? [],
    ...('unknown' in pods ? { podsUnknown: pods.unknown } : {}),
    ...(review === undefined ? {} : { review }),
    approvals: consultations
      .filter((one) => awaits(one, status.plan?.hash))
      .map(approvalView)
      .sort((left, right) => Number(isNamed(right, status)) - Number(isNamed(left, status))),
    ...(gate === undefined ? {} : { gate }),
    tools: (status.tools ?? []).filter((call) => startedAt === undefined || call.startedAt >= startedAt),
    analysis: status.analysis ?? [],
    timeline: status.timeline ?? [],
  };
  return { ...told, next: nextAction(told) };
}

function awaits({ spec, status }: ExpertConsultation, plan: string | undefined): boolean {
  return status?.phase === 'AwaitingHuman' && (spec.subject?.planHash ?? plan) === plan;
}

function approvalView({ metadata, spec, status }: ExpertConsultation): ApprovalView {
  return {
    consultation: metadata.name,
    title: spec.title,
    options: spec.answer.options ?? [],
    message: status?.message ?? 'a person is to answer',
  };
}

/** What an earlier attempt at the same plan asked may still be open: the delivery waits for the one that it names. */
function isNamed({ consultation }: ApprovalView, { message = '' }: DeploymentStatus): boolean {
  return message.split(/[\s;]/).includes(consultation);
}

function standingOf({ conditions = [] }: DeploymentStatus): Standing {
  const has = (type: string) => conditions.find((condition) => condition.type === type);
  if (has(conditionTypes.stalled)?.status === 'True') return 'Stalled';
  const ready = has(conditionTypes.ready);
  if (ready?.status === 'True') return 'Ready';
  return ready?.reason === 'Suspended' ? 'Suspended' : 'Working';
}

/** The denial that holds the delivery now: status keeps the last verdict also when its step has gone on since. */
export function denialOf({ gate, steps }: Pick<DeliveryView, 'gate' | 'steps'>): GateStatus | undefined {
  if (gate === undefined || gate.allowed) return undefined;
  const state = steps.find(({ name }) => name === gate.step)?.state;
  return state === 'Done' || state === 'Skipped' ? undefined : gate;
}
