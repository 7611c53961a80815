/**
 * Deliveries over and over, one revision after another on the same Deployments: memory, handles and the size of an object must
 * not follow the number of deliveries. `--count` is how many are made.
 */
import { readdir } from 'node:fs/promises';
import type { Cluster } from '../cluster/cluster.ts';
import { makeNamespace } from './fleet/namespace.ts';
import { onAPlane } from './fleet/on-a-plane.ts';
import { measurePhase } from './fleet/phase.ts';
import { ours, type Workload } from './fleet/workload.ts';
import { bounded, type Row, told } from './table.ts';
import { usageOf } from './usage.ts';

export interface SoakOptions {
  /** Deliveries made, over `OBJECTS` Deployments; 2,000. */
  readonly count?: number;
}

const OBJECTS = 50;
const NAMESPACE = 'soak';
/** Of the rounds; before them the process is still warming up. */
const WARM_UP = 0.3;

interface Sample {
  readonly deliveries: number;
  readonly residentMegabytes: number;
  readonly handles: number;
}

export async function run({ count = 2_000 }: SoakOptions = {}): Promise<readonly Row[]> {
  return onAPlane(async (cluster, controller) => {
    const names = Array.from({ length: OBJECTS }, (_, index) => `soak-${index}`);
    await makeNamespace(cluster, NAMESPACE);
    await measurePhase(cluster, controller, ours, NAMESPACE, names, 'create');
    const samples: Sample[] = [];
    for (let round = 1; round * OBJECTS <= count; round++) {
      await measurePhase(cluster, controller, version(round), NAMESPACE, names, 'change');
      const { residentMegabytes } = await usageOf(controller.pid);
      const handles = (await readdir(`/proc/${controller.pid}/fd`)).length;
      samples.push({ deliveries: round * OBJECTS, residentMegabytes, handles });
      console.log(`soak: ${round * OBJECTS} deliveries, ${residentMegabytes.toFixed(0)} MB, ${handles} handles`);
    }
    return rowsOf(samples, await largest(cluster, names));
  });
}

/** Another revision each round. */
function version(round: number): Workload {
  const annotations = { 'bench.example.org/version': `soak-${round}` };
  return { ...ours, change: { spec: { template: { metadata: { annotations } } } } };
}

function rowsOf(samples: readonly Sample[], bytes: number): readonly Row[] {
  const settled = samples.slice(Math.floor(samples.length * WARM_UP));
  const [first, last] = [settled[0], settled.at(-1)];
  if (first === undefined || last === undefined) return [];
  const growth = 1000 * slopeOf(settled.map(({ deliveries, residentMegabytes }) => [deliveries, residentMegabytes]));
  return [
    bounded('soak: RSS growth in 1,000 deliveries', growth, 'MB', 5),
    told('soak: RSS', last.residentMegabytes, 'MB', first.residentMegabytes),
    bounded('soak: more handles at the end', last.handles - first.handles, '', 5),
    bounded('soak: largest object', bytes / 1024, 'KiB', 64),
  ];
}

/** Least squares. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const mean = (of: 0 | 1) => points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const along = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return along === 0 ? 0 : points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / along;
}

async function largest(cluster: Cluster, names: readonly string[]): Promise<number> {
  const sizes = names.map(async (name) => {
    return JSON.stringify(await cluster.expectSuccess({ path: `${ours.path(NAMESPACE)}/${name}` })).length;
  });
  return Math.max(...(await Promise.all(sizes)));
}
