import { join } from 'node:path';
import { kubectl } from '../support/kubectl.ts';
import { projectRoot } from '../verbs/project.ts';
import type { Cluster } from './cluster.ts';
import { PlaneError } from './plane-error.ts';

/** What an administrator applies, in this order, on a cluster where the operator runs as a process: all of config/default but the pod. */
const BASES = ['config/namespace', 'config/crd', 'config/rbac', 'config/admission'] as const;

/** Installs CRDs, RBAC and admission policies and waits until the API server serves our kinds. */
export async function install(cluster: Pick<Cluster, 'kubectl' | 'kubeconfig' | 'directory'>): Promise<void> {
  for (const base of BASES) {
    await succeed(cluster, ['apply', '--server-side', '--force-conflicts', '-k', join(projectRoot, base)]);
  }
  const crds = ['deployments', 'expertconsultations', 'tenants'].map((plural) => `crd/${plural}.code-engine.dev`);
  await succeed(cluster, ['wait', '--for=condition=Established', '--timeout=60s', ...crds]);
}

async function succeed(
  cluster: Pick<Cluster, 'kubectl' | 'kubeconfig' | 'directory'>,
  parameters: readonly string[],
): Promise<void> {
  const { code, stderr } = await kubectl(cluster, parameters);
  if (code !== 0) throw new PlaneError(`kubectl ${parameters.join(' ')} failed: ${stderr.trim()}`);
}
