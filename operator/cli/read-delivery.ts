import { CodeError, NotFound } from '../api/errors.ts';
import type { Deployment } from '../api/generated/deployment.ts';
import type { ExpertConsultation } from '../api/generated/expert-consultation.ts';
import { labels } from '../api/names.ts';
import type { Cluster } from './cluster/cluster.ts';
import { plainly } from './refusal.ts';
import type { Pods } from './view/delivery-view.ts';
import type { Pod } from './view/pod-view.ts';

/** @throws NotFound, naming the namespace and the context that were looked in. */
export async function readDeployment(cluster: Cluster, name: string): Promise<Deployment> {
  const { namespace, context } = cluster;
  const found = await cluster.read<Deployment>({ resource: 'Deployment', namespace, name });
  if (found !== undefined) return found;
  throw new NotFound(
    'NotFound',
    `there is no deployments.code-engine.dev ${name} in namespace ${namespace} of context ${context}: name another with -n`,
  );
}

/** Whoever may see a delivery may not always see its pods: the rest is shown without them. */
export async function readPods(cluster: Cluster, name: string): Promise<Pods> {
  try {
    return { known: await cluster.list<Pod>('Pod', childrenOf(cluster, name)) };
  } catch (error) {
    if (error instanceof CodeError && error.reason === 'Forbidden') return { unknown: plainly(error.message) };
    throw error;
  }
}

/** The review and the approvals of a delivery; none where they may not be read, since its own status tells their outcome. */
export async function readConsultations(cluster: Cluster, name: string): Promise<readonly ExpertConsultation[]> {
  try {
    return await cluster.list<ExpertConsultation>('ExpertConsultation', childrenOf(cluster, name));
  } catch (error) {
    if (error instanceof CodeError && error.reason === 'Forbidden') return [];
    throw error;
  }
}

export const childrenOf = ({ namespace }: Cluster, name: string) => ({
  namespace,
  labelSelector: `${labels.deployment}=${name}`,
});
