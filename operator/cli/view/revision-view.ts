import type { DeploymentStatus } from '../../api/generated/deployment.ts';
import { labels } from '../../api/names.ts';
import { type Pod, type PodView, podView } from './pod-view.ts';

export type Role = 'desired' | 'serving' | 'rejected' | 'previous' | 'old';

/** One revision with what it is to the delivery and the pods it has. */
export interface RevisionView {
  readonly hash: string;
  readonly roles: readonly Role[];
  /** Why it was rejected. */
  readonly cause?: string;
  /** Absent where pods may not be read. */
  readonly pods?: readonly PodView[];
}

/** Those who have a part in the delivery, then whoever still has pods, then those one may go back to. */
export function revisionViews(status: DeploymentStatus, pods: readonly Pod[] | undefined): readonly RevisionView[] {
  const { desired, serving, previous = [], rejected = [] } = status.revisions ?? {};
  const withPods = (pods ?? []).map(revisionOf).filter((hash) => hash !== undefined);
  const known = [
    desired,
    serving,
    ...withPods,
    ...rejected.map(({ hash }) => hash),
    ...previous.map(({ hash }) => hash),
  ];
  const hashes = [...new Set(known.filter((hash) => hash !== undefined))];
  return hashes.map((hash) => {
    const refused = rejected.findLast((one) => one.hash === hash);
    const named: Role[] = [
      ...(hash === desired ? (['desired'] as const) : []),
      ...(hash === serving ? (['serving'] as const) : []),
      ...(refused === undefined ? [] : (['rejected'] as const)),
      ...(hash !== serving && previous.some((one) => one.hash === hash) ? (['previous'] as const) : []),
    ];
    return {
      hash,
      roles: named.length === 0 ? ['old'] : named,
      ...(refused === undefined ? {} : { cause: refused.reason }),
      ...(pods === undefined ? {} : { pods: pods.filter((pod) => revisionOf(pod) === hash).map(podView) }),
    };
  });
}

function revisionOf(pod: Pod): string | undefined {
  return pod.metadata.labels?.[labels.revision];
}
