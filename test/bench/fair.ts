/**
 * A quiet tenant beside a restless one: how long its deliveries take alone, and while the other's Deployments change all the
 * time. Fairness is among tenants; a namespace without one stands for itself.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../cluster/cluster.ts';
import { makeNamespace } from './fleet/namespace.ts';
import { onAPlane } from './fleet/on-a-plane.ts';
import { type Controller, measurePhase } from './fleet/phase.ts';
import { ours } from './fleet/workload.ts';
import { percentile } from './percentile.ts';
import { compared, type Row, told } from './table.ts';

export interface FairOptions {
  /** Deployments of the restless tenant; 2,000. */
  readonly count?: number;
}

const QUIET = 'fair-quiet';
const RESTLESS = 'fair-restless';
const DELIVERIES = 30;
/** Changes of the restless tenant, one every so many milliseconds: more than the plane delivers. */
const EVERY = 20;

export async function run({ count = 2_000 }: FairOptions = {}): Promise<readonly Row[]> {
  return onAPlane(async (cluster, controller) => {
    for (const namespace of [QUIET, RESTLESS]) {
      await makeNamespace(cluster, namespace);
      await measurePhase(cluster, controller, ours, namespace, ['first'], 'create');
    }
    await measurePhase(cluster, controller, ours, RESTLESS, named('restless', count), 'create');
    const alone = await deliver(cluster, controller, 'alone');
    const over = new AbortController();
    const flapping = flap(cluster, named('restless', count), over.signal);
    const beside = await deliver(cluster, controller, 'beside');
    over.abort();
    const changes = await flapping;
    const at = (part: number) => [percentile(beside, part), percentile(alone, part)] as const;
    return [
      compared('fair: quiet delivery, p50 beside and alone', at(0.5), 's', { atMost: 1.5 }),
      compared('fair: quiet delivery, p95 beside and alone', at(0.95), 's', { atMost: 1.5 }),
      told(`fair: changes of ${count} restless meanwhile`, changes, ''),
    ];
  });
}

const named = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

async function deliver(cluster: Cluster, controller: Controller, prefix: string): Promise<readonly number[]> {
  const names = named(prefix, DELIVERIES);
  return (await measurePhase(cluster, controller, ours, QUIET, names, 'create', 'one by one')).ready;
}

/** Changes one after the other, to another revision each time, until it is told to stop; how many it changed. */
async function flap(cluster: Cluster, names: readonly string[], signal: AbortSignal): Promise<number> {
  let changes = 0;
  while (!signal.aborted) {
    const annotations = { 'bench.example.org/version': `flap-${changes}` };
    await cluster.expectSuccess({
      method: 'PATCH',
      path: `${ours.path(RESTLESS)}/${names[changes % names.length]}`,
      contentType: 'application/merge-patch+json',
      body: { spec: { template: { metadata: { annotations } } } },
    });
    changes += 1;
    await delay(EVERY);
  }
  return changes;
}
