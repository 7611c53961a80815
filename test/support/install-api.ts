import { join } from 'node:path';
import type { Cluster } from '../cluster/cluster.ts';
import { kubectl } from './kubectl.ts';
import { plane } from './plane.ts';
import { until } from './until.ts';

const root = join(import.meta.dirname, '..', '..');
let installing: Promise<Cluster> | undefined;

/** The shared plane with our CRDs served and our admission policies in force. */
export function planeWithApi(): Promise<Cluster> {
  installing ??= plane().then(async (cluster) => {
    await apply(cluster, 'config/crd');
    await established(cluster);
    await apply(cluster, 'config/admission');
    await inForce(cluster);
    return cluster;
  });
  return installing;
}

async function apply(cluster: Cluster, directory: string): Promise<void> {
  const { code, stderr } = await kubectl(cluster, [
    'apply',
    '--server-side',
    '--force-conflicts',
    '-k',
    join(root, directory),
  ]);
  if (code !== 0) throw new Error(`cannot apply ${directory}: ${stderr}`);
}

async function established(cluster: Cluster): Promise<void> {
  const plurals = ['deployments', 'expertconsultations', 'tenants'];
  const { code, stderr } = await kubectl(cluster, [
    ...['wait', '--for=condition=Established', '--timeout=30s'],
    ...plurals.map((plural) => `crd/${plural}.code-engine.dev`),
  ]);
  if (code !== 0) throw new Error(`the CRDs were not established: ${stderr}`);
}

/** The API server compiles policies a moment after it stores them: until then it denies nothing. */
async function inForce(cluster: Cluster): Promise<void> {
  const body = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'kube-admission-probe', labels: { 'code-engine.dev/tenant': 'nobody' } },
  };
  await until('the admission policies were in force', 30_000, async () => {
    const answer = await cluster.request({ method: 'POST', path: '/api/v1/namespaces?dryRun=All', body });
    return JSON.stringify(answer.body).includes('code-namespaces:');
  });
}
