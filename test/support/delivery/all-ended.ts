import { setTimeout as delay } from 'node:timers/promises';
import type { Deployment } from '../../../operator/api/generated/deployment.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { until } from '../until.ts';
import { type Name, readyReason } from './delivery.ts';

export const keyOf = ({ namespace, name }: Name): string => `${namespace}/${name}`;

/** Milliseconds before each look at all: a hundred deliveries are megabytes. */
const BETWEEN_LOOKS = 400;

/** Every delivery there is, by `keyOf`: one question, after a moment, however many a test looks at. */
export async function allDeliveries(cluster: Cluster): Promise<ReadonlyMap<string, Deployment>> {
  await delay(BETWEEN_LOOKS);
  const path = '/apis/code-engine.dev/v1alpha1/deployments';
  const { items } = (await cluster.expectSuccess({ path })) as { readonly items: readonly Deployment[] }; // border: the answer to a list
  return new Map(
    items.map((one) => [keyOf({ namespace: one.metadata.namespace ?? '', name: one.metadata.name }), one]),
  );
}

/** Ready's reason for what the spec asks now; `undefined` while status tells of an older spec. */
export function reasonNow(deployment: Deployment | undefined): string | undefined {
  if (deployment === undefined) return undefined;
  return deployment.status?.observedGeneration === deployment.metadata.generation ? readyReason(deployment) : undefined;
}

/** Waits until all have the reason; `meanwhile` is done before each look. */
export async function allEnded(
  cluster: Cluster,
  names: readonly Name[],
  reason: string,
  deadline: number,
  meanwhile: () => Promise<void> = async () => undefined,
): Promise<void> {
  let missing: readonly string[] = [];
  await until(
    () => `all were ${reason}; these are not:\n${missing.join('\n')}`,
    deadline,
    async () => {
      await meanwhile();
      const all = await allDeliveries(cluster);
      missing = names
        .filter((name) => reasonNow(all.get(keyOf(name))) !== reason)
        .map((name) => `${keyOf(name)}: ${all.get(keyOf(name))?.status?.message ?? 'nothing is told'}`);
      return missing.length === 0;
    },
  );
}
