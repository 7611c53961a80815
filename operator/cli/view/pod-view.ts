import type { KubeObject } from '../../api/objects.ts';

/** A pod as a person asks about it. */
export interface PodView {
  readonly name: string;
  /** `Ready`, `Running` (not ready yet), `Pending`, `Ending`, or the cluster's word for what is wrong. */
  readonly state: string;
  readonly health: 'good' | 'busy' | 'bad';
  readonly restarts: number;
  readonly createdAt?: string;
  /** The cluster's sentence about what is wrong. */
  readonly message?: string;
}

/** The fields of a Pod that are looked at. */
export interface Pod extends KubeObject {
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly PodCondition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: { readonly exitCode: number; readonly reason?: string; readonly message?: string };
  };
}

type State = Pick<PodView, 'state' | 'health' | 'message'>;

/** Waiting states of a container that merely starts. */
const STARTING: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing']);

export function podView(pod: Pod): PodView {
  const containers = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const { creationTimestamp } = pod.metadata;
  return {
    name: pod.metadata.name,
    ...stateOf(pod, containers),
    restarts: containers.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0),
    ...(creationTimestamp === undefined ? {} : { createdAt: creationTimestamp }),
  };
}

function stateOf(pod: Pod, containers: readonly ContainerStatus[]): State {
  if (pod.metadata.deletionTimestamp !== undefined) return { state: 'Ending', health: 'busy' };
  const { phase = 'Pending', reason, message } = pod.status ?? {};
  if (phase === 'Failed') return { state: reason ?? 'Failed', health: 'bad', ...told(message) };
  const broken = containers.map(troubleOf).find((trouble) => trouble !== undefined);
  if (broken !== undefined) return broken;
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False' && scheduled.reason === 'Unschedulable') {
    return { state: 'Unschedulable', health: 'bad', ...told(scheduled.message) };
  }
  const ready = conditionOf(pod, 'Ready');
  if (ready?.status === 'True') return { state: 'Ready', health: 'good' };
  if (ready?.status === 'Unknown') return { state: 'NodeLost', health: 'bad', ...told(ready.message) };
  if (phase !== 'Running') return { state: phase, health: 'busy' };
  return { state: 'Running', health: 'busy', ...told(ready?.message) };
}

function troubleOf({ name, state }: ContainerStatus): State | undefined {
  const { waiting, terminated } = state ?? {};
  if (waiting?.reason !== undefined && !STARTING.has(waiting.reason)) {
    return { state: waiting.reason, health: 'bad', ...told(waiting.message, name) };
  }
  if (terminated === undefined || terminated.exitCode === 0) return undefined;
  const exit = `ended with exit code ${terminated.exitCode}`;
  return { state: terminated.reason ?? 'Error', health: 'bad', ...told(terminated.message ?? exit, name) };
}

function conditionOf(pod: Pod, type: string): PodCondition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

function told(message: string | undefined, container?: string): { message?: string } {
  if (message === undefined || message === '') return {};
  return { message: container === undefined ? message : `container ${container}: ${message}` };
}
