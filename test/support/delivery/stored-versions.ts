import { Agent, request } from 'undici';
import type { Deployment } from '../../../operator/api/generated/deployment.ts';
import type { Cluster } from '../../cluster/cluster.ts';

/** What the API server stored of a namespace's Deployments since its beginning, in order. */
export interface StoredVersions {
  all(): Promise<readonly Deployment[]>;
}

/** Remembers where the history begins; `all` asks for it, which must be before etcd forgets (minutes). */
export async function storedVersions(cluster: Cluster, namespace: string): Promise<StoredVersions> {
  const path = `/apis/code-engine.dev/v1alpha1/namespaces/${namespace}/deployments`;
  const { metadata } = (await cluster.expectSuccess({ path })) as { metadata: { resourceVersion: string } }; // border: a list
  // A watch tells the past first, and ends after the second it is given.
  const watch = `${cluster.endpoint.server}${path}?watch=true&timeoutSeconds=1&resourceVersion=${metadata.resourceVersion}`;
  return {
    async all() {
      const { certificate, key } = await cluster.clientCertificateFor('version-watch', ['system:masters']);
      const agent = new Agent({ connect: { ca: cluster.endpoint.authority, cert: certificate, key } });
      const { body } = await request(watch, { dispatcher: agent });
      const lines = (await body.text()).split('\n').filter((line) => line !== '');
      await agent.destroy();
      return lines.map((line) => (JSON.parse(line) as { object: Deployment }).object); // border: an event of the API server
    },
  };
}
