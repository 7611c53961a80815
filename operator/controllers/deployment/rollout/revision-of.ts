import { labels } from '../../../api/names.ts';
import type { ReplicaSet } from '../cluster-objects.ts';

export function revisionOf(replicaSet: ReplicaSet): string {
  return replicaSet.metadata.labels?.[labels.revision] ?? replicaSet.metadata.name;
}
