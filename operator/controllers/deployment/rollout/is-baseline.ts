import { labels } from '../../../api/names.ts';
import type { ReplicaSet } from '../cluster-objects.ts';

/** True for the pods that a canary is compared with, of this delivery or of one that is over. */
export function isBaseline({ metadata }: ReplicaSet): boolean {
  return metadata.labels?.[labels.baseline] !== undefined;
}
