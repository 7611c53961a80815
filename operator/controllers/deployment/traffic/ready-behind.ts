import { labels } from '../../../api/names.ts';
import type { DeploymentObserved } from '../observed.ts';

/** What the API server writes on a slice: the Service it belongs to. */
const SERVICE_NAME = 'kubernetes.io/service-name';

/** Ready endpoints of a Service by revision: what its selector says counts only once the slices show it. */
export function readyBehind(
  { slices, pods }: Pick<DeploymentObserved, 'slices' | 'pods'>,
  service: string,
): ReadonlyMap<string, number> {
  const revisions = new Map(pods.map(({ metadata }) => [metadata.name, metadata.labels?.[labels.revision]]));
  const counts = new Map<string, number>();
  // A pod with two addresses stands in two slices.
  const ready = new Set(
    slices
      .filter(({ metadata }) => metadata.labels?.[SERVICE_NAME] === service)
      // The API server writes null where a Service leads to no pod.
      .flatMap(({ endpoints }) => endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .map(({ targetRef }) => targetRef?.name ?? ''),
  );
  for (const name of ready) {
    const revision = revisions.get(name);
    if (revision !== undefined) counts.set(revision, (counts.get(revision) ?? 0) + 1);
  }
  return counts;
}
