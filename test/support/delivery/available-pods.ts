import { Agent, request } from 'undici';
import type { KubeObject } from '../../../operator/api/objects.ts';
import type { Cluster } from '../../cluster/cluster.ts';

interface Pod extends KubeObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

interface WatchEvent {
  readonly type: string;
  readonly object: Pod;
}

/** Looks at every change of the pods that a selector finds. */
export interface AvailabilityWatch {
  /** The fewest pods that were ready and not on their way out, at any moment since the watch began. */
  least(): number;
  /** The most pods that were not on their way out: how long a node takes to stop one is no matter of maxSurge. */
  most(): number;
  /** UIDs of the pods that appeared since the watch began. */
  created(): string[];
  stop(): Promise<void>;
}

/** Begins with the pods that are there; a watch that breaks makes `stop` throw, since nothing can be said of the gap. */
export async function watchAvailability(
  cluster: Cluster,
  namespace: string,
  selector: string,
): Promise<AvailabilityWatch> {
  const { certificate, key } = await cluster.clientCertificateFor('availability-watch', ['system:masters']);
  const agent = new Agent({ connect: { ca: cluster.endpoint.authority, cert: certificate, key }, bodyTimeout: 0 });
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(selector)}`;
  const first = (await cluster.expectSuccess({ path })) as { items: Pod[]; metadata: { resourceVersion: string } }; // border: the answer to a list
  const pods = new Map(first.items.map((pod) => [pod.metadata.uid ?? '', pod]));
  const before = new Set(pods.keys());
  const appeared = new Set<string>();
  let [least, most] = [available(pods), staying(pods).length];
  const stopping = new AbortController();
  const watch = `${cluster.endpoint.server}${path}&watch=true&resourceVersion=${first.metadata.resourceVersion}`;
  const { body } = await request(watch, { dispatcher: agent, signal: stopping.signal });
  const broken = look().then(
    () => new Error('the API server ended the watch of the pods'),
    (error: unknown) => error,
  );
  return {
    least: () => least,
    most: () => most,
    created: () => [...appeared],
    stop: async () => {
      const ended = await Promise.race([broken, Promise.resolve(undefined)]);
      stopping.abort();
      await broken;
      await agent.destroy();
      if (ended !== undefined) throw ended;
    },
  };

  async function look(): Promise<void> {
    let rest = '';
    body.setEncoding('utf8');
    for await (const chunk of body) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) see(JSON.parse(line) as WatchEvent); // border: an event of the API server
    }
  }

  function see({ type, object }: WatchEvent): void {
    const { uid = '' } = object.metadata;
    if (!before.has(uid)) appeared.add(uid);
    if (type === 'DELETED') pods.delete(object.metadata.uid ?? '');
    else pods.set(object.metadata.uid ?? '', object);
    least = Math.min(least, available(pods));
    most = Math.max(most, staying(pods).length);
  }
}

function available(pods: ReadonlyMap<string, Pod>): number {
  const ready = ({ status }: Pod): boolean =>
    status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') === true;
  return staying(pods).filter(ready).length;
}

function staying(pods: ReadonlyMap<string, Pod>): readonly Pod[] {
  return [...pods.values()].filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}
