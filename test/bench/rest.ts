/** A large fleet that nobody touches: the memory each Deployment of two pods costs the operator, and what it does all the same. */
import { makeNamespace } from './fleet/namespace.ts';
import { onAPlane } from './fleet/on-a-plane.ts';
import { measurePhase, quiet } from './fleet/phase.ts';
import { measureRest } from './fleet/rest.ts';
import { ours } from './fleet/workload.ts';
import { bounded, type Row, told } from './table.ts';
import { usageOf } from './usage.ts';

export interface RestOptions {
  /** Deployments of two pods; 5,000. */
  readonly count?: number;
  /** Seconds of rest that are measured; 120. */
  readonly rest?: number;
}

/** Created so many at once: what is measured is the rest, not the rush. */
const BATCH = 500;
const NAMESPACE = 'fleet-rest';

/** Boots a plane of its own; resident memory is compared with the same operator before the first Deployment. */
export async function run({ count = 5_000, rest = 120 }: RestOptions = {}): Promise<readonly Row[]> {
  return onAPlane(async (cluster, controller) => {
    await makeNamespace(cluster, NAMESPACE);
    await measurePhase(cluster, controller, ours, NAMESPACE, ['first'], 'create');
    const empty = await usageOf(controller.pid);
    for (let made = 0; made < count; made += BATCH) {
      const names = Array.from({ length: Math.min(BATCH, count - made) }, (_, index) => `rest-${made + index}`);
      const { last } = await measurePhase(cluster, controller, ours, NAMESPACE, names, 'create');
      console.log(
        `rest: ${made + names.length} of ${count} stand, the last ${names.length} after ${last.toFixed(1)} s`,
      );
    }
    await quiet(cluster, controller, 10_000);
    const { writes, reads, share } = await measureRest(cluster, controller, rest);
    const full = await usageOf(controller.pid);
    const kibibytes = (1024 * (full.residentMegabytes - empty.residentMegabytes)) / count;
    return [
      bounded(`${count} at rest: RSS each`, kibibytes, 'KiB', 60),
      told(`${count} at rest: RSS`, full.residentMegabytes, 'MB', empty.residentMegabytes),
      bounded(`${count} at rest: writes in ${rest} s`, writes, '', 0),
      bounded(`${count} at rest: reads a second`, reads / rest, '', 1),
      bounded(`${count} at rest: CPU share of a core`, share, '%', 2),
    ];
  });
}
