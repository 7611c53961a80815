import type { Cluster } from './cluster/cluster.ts';

/** Which cluster is meant: told with every command, since the context is the kubeconfig's and easily another than one thinks. */
export function where({ context, server }: Pick<Cluster, 'context' | 'server'>): string {
  return `context ${context}, ${server}`;
}
