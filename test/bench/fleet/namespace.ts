import type { Cluster } from '../../cluster/cluster.ts';
import { until } from '../../support/until.ts';

/** A namespace in which pods can be created. */
export async function makeNamespace(cluster: Cluster, name: string): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await cluster.expectSuccess({ method: 'POST', path: '/api/v1/namespaces', body });
  await until(`the namespace ${name} had its ServiceAccount`, 30_000, async () => {
    const answer = await cluster.request({ path: `/api/v1/namespaces/${name}/serviceaccounts/default` });
    return answer.status === 200;
  });
}
