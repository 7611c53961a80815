import type { Deployment } from '../../../api/generated/deployment.ts';
import { labels } from '../../../api/names.ts';
import { hashedName } from '../../../core/hash.ts';
import type { ReplicaSet } from '../cluster-objects.ts';
import type { FrozenPlan } from '../delivery/frozen-plan.ts';
import { baselineKey } from '../rollout/baseline-key.ts';
import { replicaSet } from './replica-set.ts';

export function baselineName(name: string, delivery: string): string {
  return hashedName(name, baselineKey(delivery));
}

/**
 * Fresh pods of what serves, by its plan: as those are, behind the same Services, and told apart by one more label. The
 * selector of what serves finds them too, but they have another owner, and a ReplicaSet takes nobody's pods.
 */
export function baselineSet(owner: Deployment, serving: FrozenPlan, delivery: string, replicas: number): ReplicaSet {
  const { metadata, spec, ...kind } = replicaSet(owner, serving, replicas);
  const mark = { [labels.baseline]: delivery };
  const { template, selector } = spec;
  return {
    ...kind,
    metadata: {
      ...metadata,
      name: baselineName(owner.metadata.name, delivery),
      labels: { ...metadata.labels, ...mark },
    },
    spec: {
      ...spec,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, ...mark } },
      template: {
        ...template,
        metadata: { ...template.metadata, labels: { ...template.metadata.labels, ...mark } },
      },
    },
  };
}
