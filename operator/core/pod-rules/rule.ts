import type { Container, PodSpec } from '../pod-template.ts';

export const severities = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** What is planned, as far as the rules judge it. */
export interface PlannedPods {
  /** For messages: `Deployment shop`. */
  readonly object: string;
  readonly replicas: number;
  readonly pod: PodSpec;
  /** Pods that a roll-out may take away at once, as the user wrote it. */
  readonly maxUnavailable?: number | string;
  readonly maxSurge?: number | string;
}

export interface Finding {
  /** `<set>/<rule>` */
  readonly rule: string;
  readonly severity: Severity;
  readonly object: string;
  /** Dotted path below the pod template's root, or of the spec where the message says so. */
  readonly path: string;
  /** What is wrong and what to do. */
  readonly message: string;
}

/** Where a rule saw something, and what it says of it. */
export interface Sighting {
  readonly path: string;
  readonly message: string;
}

export interface Rule {
  readonly name: string;
  readonly severity: Severity;
  find(planned: PlannedPods): readonly Sighting[];
}

/** All containers with the path of each, init containers last. */
export function containersOf(pod: PodSpec): readonly { readonly container: Container; readonly path: string }[] {
  const at = (list: readonly Container[] | undefined, path: string) =>
    (list ?? []).map((container, index) => ({ container, path: `spec.${path}[${index}]` }));
  return [...at(pod.containers, 'containers'), ...at(pod.initContainers, 'initContainers')];
}

/** Containers that serve: sidecars among the init containers do not gate the service. */
export function mainContainersOf(pod: PodSpec): readonly { readonly container: Container; readonly path: string }[] {
  return (pod.containers ?? []).map((container, index) => ({ container, path: `spec.containers[${index}]` }));
}

/** A rule that looks at each of the given containers and says a sentence where it sees something. */
export function containerRule(
  name: string,
  severity: Severity,
  select: typeof containersOf,
  says: (container: Container, planned: PlannedPods) => string | undefined,
): Rule {
  return {
    name,
    severity,
    find: (planned) =>
      select(planned.pod).flatMap(({ container, path }) => {
        const message = says(container, planned);
        return message === undefined ? [] : [{ path, message: `container ${container.name ?? '?'} ${message}` }];
      }),
  };
}

/** A rule that looks at the pod, or at how many of them are planned. */
export function podRule(
  name: string,
  severity: Severity,
  path: string,
  says: (planned: PlannedPods) => string | undefined,
): Rule {
  return {
    name,
    severity,
    find: (planned) => {
      const message = says(planned);
      return message === undefined ? [] : [{ path, message }];
    },
  };
}
