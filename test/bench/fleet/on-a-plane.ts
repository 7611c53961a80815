import { bootCluster } from '../../cluster/boot-cluster.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { install } from '../../cluster/install.ts';
import { runOperator } from '../../cluster/operator.ts';
import { ensurePolicyBundle } from '../../verbs/build-policy.ts';
import { ensureWasm } from '../../verbs/build-wasm.ts';
import { isOperator } from '../requests.ts';
import { USUAL_LEASE } from '../usual-lease.ts';
import type { Controller } from './phase.ts';

/** Boots a plane without throttles and an operator on it for one benchmark; both go when its work is over. */
export async function onAPlane<Result>(work: (cluster: Cluster, controller: Controller) => Promise<Result>) {
  await ensureWasm();
  await ensurePolicyBundle();
  const cluster = await bootCluster({ throughput: true });
  try {
    await install(cluster);
    const operator = await runOperator(cluster, { environment: USUAL_LEASE });
    await operator.ready();
    return await work(cluster, { pid: operator.pid, isOwn: isOperator });
  } finally {
    await cluster.stop();
  }
}
