import type { Container } from '../../../api/generated/deployment.ts';
import type { Milliseconds } from '../../../core/decision.ts';
import type { ContainerStatus, Pod, ReplicaSet } from '../cluster-objects.ts';

interface Probe {
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly failureThreshold?: number;
}

/** A container that runs and is not ready. */
export interface FailingProbe {
  readonly message: string;
  /** From when on this is no normal start: its probes had all the tries they may fail. */
  readonly certainAt: Milliseconds;
}

/** The probe that does not succeed and is, or will be, certain first: the same one until it succeeds. */
export function failingProbe(replicaSet: ReplicaSet | undefined, pods: readonly Pod[]): FailingProbe | undefined {
  const containers = replicaSet?.spec.template.spec.containers ?? [];
  const found = pods
    // A pod that is taken away is not ready either, and nobody waits for it.
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .flatMap((pod) =>
      (pod.status?.containerStatuses ?? []).flatMap((status) => unready(pod, status, containers) ?? []),
    );
  const sorted = found.toSorted(
    (left, right) => left.certainAt - right.certainAt || (left.message < right.message ? -1 : 1),
  );
  return sorted[0];
}

function unready(pod: Pod, status: ContainerStatus, containers: readonly Container[]): FailingProbe | undefined {
  const runsSince = Date.parse(status.state?.running?.startedAt ?? '');
  if (status.ready === true || Number.isNaN(runsSince)) return undefined;
  const container = containers.find(({ name }) => name === status.name);
  const startup = probeOf(container?.['startupProbe']);
  const readiness = probeOf(container?.['readinessProbe']);
  const starts = status.started === false;
  if ((starts ? startup : readiness) === undefined) return undefined;
  // When its startup ended is not told: it may have taken all the time it has.
  const allowed = timeOf(startup) + (starts ? 0 : timeOf(readiness));
  return {
    message: `pod ${pod.metadata.name}, container ${status.name}: its ${starts ? 'startup' : 'readiness'} probe does not succeed`,
    certainAt: runsSince + allowed,
  };
}

function probeOf(value: unknown): Probe | undefined {
  return typeof value === 'object' && value !== null ? (value as Probe) : undefined; // border: judged by the dry run of the pod
}

/** How long a probe may fail before a kubelet acts on it; what is left out reads as Kubernetes reads it. */
function timeOf(probe: Probe | undefined): Milliseconds {
  if (probe === undefined) return 0;
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 } = probe;
  return (initialDelaySeconds + periodSeconds * failureThreshold) * 1000;
}
