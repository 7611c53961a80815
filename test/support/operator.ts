import type { Cluster } from '../cluster/cluster.ts';
import { install } from '../cluster/install.ts';
import { type OperatorProcess, runOperator } from '../cluster/operator.ts';
import { ensurePolicyBundle } from '../verbs/build-policy.ts';
import { ensureWasm } from '../verbs/build-wasm.ts';
import { beforePlaneStops, plane } from './plane.ts';

/** The operator of the shared plane, with the plane it works on. */
export type SharedOperator = OperatorProcess & { readonly cluster: Cluster };

let starting: Promise<SharedOperator> | undefined;

/**
 * The one operator of a mocha run: installed and started by the first test that asks for it, ended by SIGTERM before the
 * plane goes, so that its coverage is written. A test that kills its operator boots a plane of its own.
 */
export function operator(): Promise<SharedOperator> {
  starting ??= start();
  return starting;
}

async function start(): Promise<SharedOperator> {
  const cluster = await plane();
  await installBuilt(cluster);
  const process = await runOperator(cluster);
  beforePlaneStops(async () => {
    await process.stop();
  });
  await process.ready();
  return { ...process, cluster };
}

/** What an operator process needs: its built files, and its kinds, rights and policies in the cluster. */
export async function installBuilt(cluster: Cluster): Promise<void> {
  await ensureWasm();
  await ensurePolicyBundle();
  await install(cluster);
}
