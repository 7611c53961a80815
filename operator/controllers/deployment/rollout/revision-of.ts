import { labels } from '../../../api/names.ts';
import type { ReplicaSet } from '../cluster-objects.ts';
import { baselineKey } from './baseline-key.ts';

/** What a ReplicaSet is to the planner: the revision that it runs, and apart from that its fresh baseline. */
export function revisionOf({ metadata }: ReplicaSet): string {
  const baseline = metadata.labels?.[labels.baseline];
  return baseline === undefined ? (metadata.labels?.[labels.revision] ?? metadata.name) : baselineKey(baseline);
}
