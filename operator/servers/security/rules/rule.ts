import type { Container, Workload } from './workload.ts';

export type Severity = 'critical' | 'high' | 'medium' | 'low';

export interface Violation {
  readonly path: string;
  readonly message: string;
  /** Where one place is worse than the rule usually is. */
  readonly severity?: Severity;
}

export interface Rule {
  /** `<family>/<what>`: stable, for waivers and for people to search by. */
  readonly id: string;
  readonly severity: Severity;
  /** What to write instead. */
  readonly remedy: string;
  /** Pure, and silent about shapes it does not know: the API server refuses those. */
  check(workload: Workload): readonly Violation[];
}

/** A check that looks at one container at a time. */
export function eachContainer(
  check: (container: Container, workload: Workload) => readonly Violation[],
): Rule['check'] {
  return (workload) => workload.containers.flatMap((container) => check(container, workload));
}
