import type { Milliseconds } from '../../../core/decision.ts';
import type { ContainerStatus, Pod, ReplicaSet, WorkloadCondition } from '../cluster-objects.ts';
import { failingProbe } from './failing-probe.ts';

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

const PROBE = 'ProbeFailing';

/** Why pods do not become available. */
export interface Trouble {
  /** A cause, for a condition. */
  readonly reason: string;
  /** The same words as long as the cause is the same: kubelets alternate between theirs. */
  readonly message: string;
  /** The cluster's own words. */
  readonly detail?: string;
}

/**
 * The first trouble that is certain, looked for in order of how early it strikes: no pod at all, no node, no image or
 * configuration, no life, no answer to its probes. Pods that merely start are no trouble.
 */
export function podTrouble(
  replicaSet: ReplicaSet | undefined,
  pods: readonly Pod[],
  now: Milliseconds,
): Trouble | undefined {
  const sorted = [...pods].sort((left, right) => (left.metadata.name < right.metadata.name ? -1 : 1));
  const early =
    refusedPods(replicaSet) ?? first(sorted, unscheduled) ?? first(sorted, badContainer) ?? first(sorted, lost);
  if (early !== undefined) return early;
  const probe = failingProbe(replicaSet, pods);
  return probe === undefined || now < probe.certainAt ? undefined : { reason: PROBE, message: probe.message };
}

/** What is wrong, in full, with pods that had all the time they may have: not being ready is then a trouble of its own. */
export function overdueTrouble(replicaSet: ReplicaSet | undefined, pods: readonly Pod[]): Omit<Trouble, 'detail'> {
  const certain = podTrouble(replicaSet, pods, Number.POSITIVE_INFINITY) ?? first(pods, gated) ?? first(pods, notReady);
  if (certain === undefined) {
    return { reason: 'ProgressDeadlineExceeded', message: 'pods did not become available in time' };
  }
  return { reason: certain.reason, message: `${certain.message}${told(certain.detail)}` };
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
  // The name is another one at each try.
  const cause = message.replace(/^pods "[^"]*" is forbidden: /, '');
  return { reason: refusal(message), message: `pods cannot be created: ${cause}` };
}

function refusal(message: string): string {
  if (message.includes('exceeded quota')) return 'QuotaExceeded';
  if (message.includes('violates PodSecurity')) return 'PodSecurityViolated';
  if (message.includes('failed calling webhook')) return 'WebhookUnavailable';
  return message.includes('admission webhook') ? 'WebhookRefused' : 'PodsRefused';
}

function unscheduled(pod: Pod): Trouble | undefined {
  const scheduled = condition(pod, 'PodScheduled');
  if (scheduled?.status !== 'False' || scheduled.reason !== 'Unschedulable') return undefined;
  return { reason: 'Unschedulable', message: `pod ${pod.metadata.name}: ${scheduled.message ?? 'no node fits'}` };
}

/** Whoever set the gate may lift it in time: only then is it a trouble. */
function gated(pod: Pod): Trouble | undefined {
  if (condition(pod, 'PodScheduled')?.reason !== 'SchedulingGated') return undefined;
  const message = `pod ${pod.metadata.name}: nobody lifted its scheduling gates (spec.schedulingGates)`;
  return { reason: 'SchedulingGated', message };
}

function badContainer(pod: Pod): Trouble | undefined {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  for (const status of statuses) {
    const { reason, message, detail } = troubleOf(status) ?? {};
    if (reason !== undefined) {
      const where = `pod ${pod.metadata.name}, container ${status.name}`;
      return { reason, message: `${where}: ${message}`, ...(detail === undefined ? {} : { detail }) };
    }
  }
  return undefined;
}

function troubleOf({ state, lastState, ready, restartCount = 0, image }: ContainerStatus): Trouble | undefined {
  const { waiting } = state ?? {};
  const reason = WAITING[waiting?.reason ?? ''];
  const detail = waiting?.message === undefined ? {} : { detail: waiting.message };
  if (reason === 'ImagePullFailed') {
    // The back-off repeats only that it backs off.
    const words = waiting?.reason === 'ImagePullBackOff' ? {} : detail;
    return { reason, message: `its image ${shortImage(image ?? '')} cannot be pulled`, ...words };
  }
  // Between two crashes it runs, and is still crashing until it has become ready.
  const ended = state?.terminated ?? lastState?.terminated;
  const crashed = ended !== undefined && ended.exitCode !== 0 && (restartCount > 0 || state?.terminated !== undefined);
  if (reason === 'CrashLooping' || (crashed && ready !== true)) {
    const exit = ended === undefined ? '' : `, last with exit code ${ended.exitCode}${told(ended.reason)}`;
    return { reason: 'CrashLooping', message: `it keeps ending${exit}` };
  }
  return reason === undefined ? undefined : { reason, message: `${waiting?.reason}`, ...detail };
}

/** Its last name and the first twelve digits of its digest: what tells images apart in a column. */
function shortImage(image: string): string {
  return image.replace(/^.*\//, '').replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1');
}

function lost(pod: Pod): Trouble | undefined {
  const ready = condition(pod, 'Ready');
  // The controller of nodes turns Ready alone to False; a kubelet tells of the containers too, or names a readiness gate.
  const turned = ready?.status === 'False' && !ready.reason && condition(pod, 'ContainersReady')?.status === 'True';
  if (pod.status?.reason !== 'NodeLost' && ready?.status !== 'Unknown' && !turned) return undefined;
  const node = pod.spec?.nodeName === undefined ? 'its node' : `its node ${pod.spec.nodeName}`;
  return { reason: 'NodeLost', message: `pod ${pod.metadata.name}: ${node} does not answer` };
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
    reason: PROBE,
    message: `${where}, container ${failing.name}: its ${probe} probe does not succeed`,
  };
}

function condition(pod: Pod, type: string): WorkloadCondition | undefined {
  return pod.status?.conditions?.find((candidate) => candidate.type === type);
}

const told = (text: string | undefined): string => (text === undefined || text === '' ? '' : `: ${text}`);
