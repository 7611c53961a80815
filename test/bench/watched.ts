import { createInterface } from 'node:readline';
import { Agent, request } from 'undici';
import type { Cluster } from '../cluster/cluster.ts';

/** What a watch brings of one object, as far as a benchmark looks. */
export interface Seen {
  readonly metadata: { readonly name: string; readonly generation?: number; readonly resourceVersion?: string };
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
  };
}

/**
 * Tells every change of a collection from now on, over a connection of its own; `stop` ends it. The API server ends a watch
 * whose reader it finds too slow, so that it is taken up again where it was.
 */
export async function watched(
  cluster: Cluster,
  path: string,
  tell: (object: Seen) => void,
): Promise<{ stop(): Promise<void> }> {
  const { certificate, key } = await cluster.clientCertificateFor('bench-watch', ['system:masters']);
  const { server, authority } = cluster.endpoint;
  const agent = new Agent({ connect: { ca: authority, cert: certificate, key }, bodyTimeout: 0 });
  let [version, stopped] = ['', false];
  const open = () =>
    request(`${server}${path}?watch=1&timeoutSeconds=3600&resourceVersion=${version}`, {
      dispatcher: agent,
      headers: { accept: 'application/json', 'user-agent': 'code-operator-harness' },
    });
  let response = await open();
  const ended = (async () => {
    while (!stopped) {
      for await (const line of createInterface({ input: response.body, crlfDelay: Number.POSITIVE_INFINITY })) {
        const { type, object } = JSON.parse(line) as { type: string; object: Seen }; // border: a watch of the API server
        // Without a version everything that exists is told first.
        version = type === 'ERROR' ? '' : (object.metadata.resourceVersion ?? version);
        if (type === 'ADDED' || type === 'MODIFIED') tell(object);
      }
      if (!stopped) response = await open();
    }
  })();
  return {
    async stop() {
      stopped = true;
      const over = ended.catch(() => undefined);
      await agent.destroy();
      await over;
    },
  };
}
