/**
 * A fleet on the plane: so many Deployments of two pods created at once, then all changed at once; ours, with review and
 * gate on, beside the plane's own apps/v1 Deployments. Then what the settled fleet costs, and how soon a newcomer is answered.
 */
import type { Cluster } from '../cluster/cluster.ts';
import { makeNamespace } from './fleet/namespace.ts';
import { onAPlane } from './fleet/on-a-plane.ts';
import { type Controller, measurePhase, type Phase, quiet } from './fleet/phase.ts';
import { measureRest } from './fleet/rest.ts';
import { apps, ours, type Workload } from './fleet/workload.ts';
import { percentile } from './percentile.ts';
import { isDeploymentController } from './requests.ts';
import { bounded, compared, type Row, told } from './table.ts';

export interface FleetOptions {
  /** Deployments of each kind; 1,000. */
  readonly count?: number;
  /** Seconds of rest that are measured; 60. */
  readonly rest?: number;
}

const NEWCOMERS = 50;

/** Boots a plane of its own, and prints what it does and the rows of its result. */
export async function run({ count = 1_000, rest = 60 }: FleetOptions = {}): Promise<readonly Row[]> {
  return onAPlane(async (cluster, controller) => {
    const names = Array.from({ length: count }, (_, index) => `fleet-${index}`);
    const theirs = await deliver(cluster, { pid: pidOf(cluster), isOwn: isDeploymentController }, apps, names);
    const own = await deliver(cluster, controller, ours, names);
    const settled = [...(await atRest(cluster, controller, rest)), ...(await newcomers(cluster, controller))];
    return [...rowsOf('create', own.create, theirs.create), ...rowsOf('update', own.change, theirs.change), ...settled];
  });
}

/** Creates the fleet in a namespace where one such Deployment stands already, so that nothing is set up in the measurement. */
async function deliver(cluster: Cluster, controller: Controller, workload: Workload, names: readonly string[]) {
  const namespace = workload === ours ? 'fleet-ours' : 'fleet-apps';
  await makeNamespace(cluster, namespace);
  await measurePhase(cluster, controller, workload, namespace, ['first'], 'create');
  const create = await measurePhase(cluster, controller, workload, namespace, names, 'create');
  tell(workload, 'create', create, names.length);
  const change = await measurePhase(cluster, controller, workload, namespace, names, 'change');
  tell(workload, 'update', change, names.length);
  return { create, change };
}

function tell({ name }: Workload, how: string, { own, all, last, ready }: Phase, count: number): void {
  console.log(`${name}, ${how} of ${count} x 2 pods: all ready after ${last.toFixed(1)} s, ${ready.length} seen`);
  for (const [title, { kinds }] of [['its own', own] as const, ['all', all] as const]) {
    const most = kinds.slice(0, 9).map(([kind, times]) => `${(times / count).toFixed(2)} ${kind}`);
    console.log(`  requests an object, ${title}: ${most.join(', ')}`);
  }
}

function rowsOf(how: 'create' | 'update', own: Phase, theirs: Phase): readonly Row[] {
  const slower = { atMost: how === 'create' ? 1.5 : 1 };
  const at = (part: number) => [percentile(own.ready, part), percentile(theirs.ready, part)] as const;
  const per = ({ total }: Phase['own']) => total / own.ready.length;
  return [
    compared(`fleet ${how}: to Ready, p50`, at(0.5), 's', slower),
    compared(`fleet ${how}: to Ready, p95`, at(0.95), 's', slower),
    compared(`fleet ${how}: last Ready`, [own.last, theirs.last], 's', slower),
    bounded(`fleet ${how}: own requests an object`, per(own.own), '', how === 'create' ? 8.5 : 15, per(theirs.own)),
    told(`fleet ${how}: all requests an object`, per(own.all), '', per(theirs.all)),
    told(`fleet ${how}: controller CPU`, own.cpuSeconds, 's', theirs.cpuSeconds),
    told(`fleet ${how}: CPU of controller and plane`, own.allCpuSeconds, 's', theirs.allCpuSeconds),
    told(`fleet ${how}: controller RSS`, own.usage.residentMegabytes, 'MB', theirs.usage.residentMegabytes),
  ];
}

/** What the operator does while nothing changes. */
async function atRest(cluster: Cluster, controller: Controller, seconds: number): Promise<readonly Row[]> {
  await quiet(cluster, controller, 10_000);
  const { writes, share } = await measureRest(cluster, controller, seconds);
  return [
    bounded(`at rest: writes in ${seconds} s`, writes, '', 0),
    bounded('at rest: CPU share of a core', share, '%', 2),
  ];
}

async function newcomers(cluster: Cluster, controller: Controller): Promise<readonly Row[]> {
  const names = Array.from({ length: NEWCOMERS }, (_, index) => `newcomer-${index}`);
  const { firstStatus } = await measurePhase(cluster, controller, ours, 'fleet-ours', names, 'create', 'one by one');
  return [
    told('beside the fleet: to first status, p50', percentile(firstStatus, 0.5), 's'),
    bounded('beside the fleet: to first status, p95', percentile(firstStatus, 0.95), 's', 1),
  ];
}

function pidOf({ components }: Cluster): number {
  const { pid } = components.controllerManager;
  if (pid === undefined) throw new Error('the controller manager of the plane does not run');
  return pid;
}
