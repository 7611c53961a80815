import type { Cluster } from '../../cluster/cluster.ts';
import { type AuditEvent, auditLogEnd } from '../../support/audit-log.ts';
import { until } from '../../support/until.ts';
import { inParallel } from '../in-parallel.ts';
import { isHarness, type Requests, requestsSince } from '../requests.ts';
import { type Usage, usageOf } from '../usage.ts';
import { watched } from '../watched.ts';
import type { Workload } from './workload.ts';

/** Requests of the harness under way: the API server is the limit, not the round trip. */
const AT_ONCE = 50;

/** Who is measured: the process that reconciles, and which requests are its own. */
export interface Controller {
  readonly pid: number;
  readonly isOwn: (event: AuditEvent) => boolean;
}

/** What came of doing something to every object of a fleet at once; times in seconds since each one's own request. */
export interface Phase {
  readonly ready: readonly number[];
  /** Until the controller wrote the first status; empty where the objects had one before. */
  readonly firstStatus: readonly number[];
  /** From the first request to the last object ready. */
  readonly last: number;
  readonly cpuSeconds: number;
  /** Of the controller and the whole plane: what the fleet costs the machine, however busy that is with other things. */
  readonly allCpuSeconds: number;
  readonly usage: Usage;
  readonly own: Requests;
  /** Of everybody but the harness: other controllers, scheduler and simulated nodes too. */
  readonly all: Requests;
}

/** Sends one request an object, all at once or each when the one before is ready, and waits until every object is ready. */
export async function measurePhase(
  cluster: Cluster,
  controller: Controller,
  workload: Workload,
  namespace: string,
  names: readonly string[],
  how: 'create' | 'change',
  pace: 'at once' | 'one by one' = 'at once',
): Promise<Phase> {
  const path = workload.path(namespace);
  const begun = new Map<string, number>();
  const ready = new Map<string, number>();
  const firstStatus = new Map<string, number>();
  const wanted = new Set(names);
  const watch = await watched(cluster, path, (object) => {
    const { name, generation = 1 } = object.metadata;
    const start = begun.get(name);
    // Before a change has reached the server its object is ready still.
    if (start === undefined || (how === 'change' && generation < 2)) return;
    const seconds = (performance.now() - start) / 1000;
    if (object.status?.conditions !== undefined && !firstStatus.has(name)) firstStatus.set(name, seconds);
    if (wanted.has(name) && !ready.has(name) && workload.isReady(object)) ready.set(name, seconds);
  });
  const from = auditLogEnd(cluster.auditLog);
  const before = await usageOf(controller.pid);
  const cpuBefore = await cpuSecondsOf(cluster, controller);
  const start = performance.now();
  await inParallel(names, pace === 'at once' ? AT_ONCE : 1, async (name) => {
    begun.set(name, performance.now());
    await (how === 'create'
      ? cluster.expectSuccess({ method: 'POST', path, body: workload.manifest(name) })
      : cluster.expectSuccess({
          method: 'PATCH',
          path: `${path}/${name}`,
          contentType: 'application/merge-patch+json',
          body: workload.change,
        }));
    if (pace === 'one by one') await until(`${name} was ready`, 60_000, () => ready.has(name));
  });
  const what = () => `all ${names.length} of ${workload.name} were ready after ${how} (${ready.size} are)`;
  await until(what, 60_000 + 1_000 * names.length, () => ready.size === names.length);
  const last = (performance.now() - start) / 1000;
  await quiet(cluster, controller, 3_000);
  const usage = await usageOf(controller.pid);
  const cpuAfter = await cpuSecondsOf(cluster, controller);
  await watch.stop();
  return {
    ready: [...ready.values()],
    firstStatus: how === 'create' ? [...firstStatus.values()] : [],
    last,
    cpuSeconds: usage.cpuSeconds - before.cpuSeconds,
    allCpuSeconds: cpuAfter - cpuBefore,
    usage,
    own: await requestsSince(cluster.auditLog, from, controller.isOwn),
    all: await requestsSince(cluster.auditLog, from, (event) => !isHarness(event)),
  };
}

/** Work may go on after the last object is ready: waits until the controller asked for nothing in so many milliseconds. */
export async function quiet(cluster: Cluster, { isOwn }: Controller, milliseconds: number): Promise<void> {
  let from = auditLogEnd(cluster.auditLog);
  let since = performance.now();
  await until('the controller had nothing left to do', 120_000, async () => {
    if (performance.now() - since < milliseconds) return false;
    const { total } = await requestsSince(cluster.auditLog, from, isOwn);
    from = auditLogEnd(cluster.auditLog);
    since = performance.now();
    return total === 0;
  });
}

/** Of the controller and every program of the plane, each counted once. */
async function cpuSecondsOf({ components }: Cluster, { pid }: Controller): Promise<number> {
  const programs = Object.values(components).flatMap((component) => component.pid ?? []);
  const usages = await Promise.all([...new Set([pid, ...programs])].map((one) => usageOf(one)));
  return usages.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}
