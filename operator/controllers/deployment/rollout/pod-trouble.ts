import type { ContainerStatus, Pod, ReplicaSet, WorkloadCondition } from '../cluster-objects.ts';

/** Why pods do not become available: a cause for a condition, and the cluster's own words. */
export interface Trouble {
  readonly reason: string;
  readonly message: string;
}

const WAITING: Readonly<Record<string, string>> = {
  ErrImagePull: 'ImagePullFailed',
  ImagePullBackOff: 'ImagePullFailed',
  ErrImageNeverPull: 'ImagePullFailed',
  InvalidImageName: 'ImagePullFailed',
  CrashLoopBackOff: 'CrashLooping',
  CreateContainerConfigError: 'ConfigMissing',
  CreateContainerError: 'ContainerNotStarted',
  RunContainerError: 'ContainerNotStarted',
};

/**
 * The first trouble that is certain, looked for in order of how early it strikes: no pod at all, no node, no image or
 * configuration, no life. Pods that merely start are no trouble.
 */
export function podTrouble(replicaSet: ReplicaSet | undefined, pods: readonly Pod[]): Trouble | undefined {
  const sorted = [...pods].sort((left, right) => (left.metadata.name < right.metadata.name ? -1 : 1));
  return refusedPods(replicaSet) ?? first(sorted, unscheduled) ?? first(sorted, badContainer) ?? first(sorted, lost);
}

/** What is wrong with pods that had all the time they may have: not being ready is then a trouble of its own. */
export function overdueTrouble(replicaSet: ReplicaSet | undefined, pods: readonly Pod[]): Trouble {
  const sorted = [...pods].sort((left, right) => (left.metadata.name < right.metadata.name ? -1 : 1));
  return (
    podTrouble(replicaSet, sorted) ??
    first(sorted, notReady) ?? { reason: 'ProgressDeadlineExceeded', message: 'pods did not become available in time' }
  );
}

function first(pods: readonly Pod[], look: (pod: Pod) => Trouble | undefined): Trouble | undefined {
  for (const pod of pods) {
    const trouble = look(pod);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

function refusedPods(replicaSet: ReplicaSet | undefined): Trouble | undefined {
  const failure = replicaSet?.status?.conditions?.find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
  if (failure === undefined) return undefined;
  const message = failure.message ?? 'the API server refused its pods';
  return { reason: refusal(message), message: `pods cannot be created: ${message}` };
}

function refusal(message: string): string {
  if (message.includes('exceeded quota')) return 'QuotaExceeded';
  if (message.includes('violates PodSecurity')) return 'PodSecurityViolated';
  return message.includes('admission webhook') ? 'WebhookRefused' : 'PodsRefused';
}

function unscheduled(pod: Pod): Trouble | undefined {
  const scheduled = condition(pod, 'PodScheduled');
  if (scheduled?.status !== 'False' || scheduled.reason !== 'Unschedulable') return undefined;
  return { reason: 'Unschedulable', message: `pod ${pod.metadata.name}: ${scheduled.message ?? 'no node fits'}` };
}

function badContainer(pod: Pod): Trouble | undefined {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  for (const status of statuses) {
    const where = `pod ${pod.metadata.name}, container ${status.name}`;
    const { waiting } = status.state ?? {};
    const reason = WAITING[waiting?.reason ?? ''];
    if (reason !== undefined) {
      return { reason, message: `${where}: ${waiting?.reason}${told(waiting?.message)}${lastExit(status)}` };
    }
    const ended = status.state?.terminated;
    if (ended !== undefined && ended.exitCode !== 0) {
      return {
        reason: 'CrashLooping',
        message: `${where}: ended with exit code ${ended.exitCode}${told(ended.reason)}`,
      };
    }
  }
  return undefined;
}

function lastExit({ lastState }: ContainerStatus): string {
  const ended = lastState?.terminated;
  return ended === undefined ? '' : `; it last ended with exit code ${ended.exitCode}${told(ended.reason)}`;
}

function lost(pod: Pod): Trouble | undefined {
  const ready = condition(pod, 'Ready');
  const gone = pod.status?.reason === 'NodeLost' || ready?.status === 'Unknown';
  return gone ? { reason: 'NodeLost', message: `pod ${pod.metadata.name}: its node does not answer` } : undefined;
}

function notReady(pod: Pod): Trouble | undefined {
  const ready = condition(pod, 'Ready');
  if (ready === undefined || ready.status === 'True') return undefined;
  const failing = pod.status?.containerStatuses?.find((status) => status.ready !== true && status.state?.running);
  const where = `pod ${pod.metadata.name}`;
  if (failing === undefined) {
    return { reason: 'ProgressDeadlineExceeded', message: `${where}: not ready${told(ready.message)}` };
  }
  const probe = failing.started === false ? 'startup' : 'readiness';
  return {
    reason: 'ProbeFailing',
    message: `${where}, container ${failing.name}: its ${probe} probe does not succeed`,
  };
}

function condition(pod: Pod, type: string): WorkloadCondition | undefined {
  return pod.status?.conditions?.find((candidate) => candidate.type === type);
}

const told = (text: string | undefined): string => (text === undefined || text === '' ? '' : `: ${text}`);
