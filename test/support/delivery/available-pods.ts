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

/** What was seen of the pods that a selector finds in one namespace. */
export interface PodSightings {
  /** The fewest pods that were ready and not on their way out, at any moment since the watch began. */
  least(): number;
  /** The most pods that were not on their way out: how long a node takes to stop one is no matter of maxSurge. */
  most(): number;
  /** UIDs of the pods that appeared since the watch began. */
  created(): string[];
}

/** Looks at every change of the pods that a selector finds. */
export interface AvailabilityWatch extends PodSightings {
  stop(): Promise<void>;
}

/** The same in every namespace. */
export interface PodWatch {
  of(namespace: string): PodSightings;
  stop(): Promise<void>;
}

/** Begins with the pods that are there; a watch that breaks makes `stop` throw, since nothing can be said of the gap. */
export async function watchAvailability(
  cluster: Cluster,
  namespace: string,
  selector: string,
): Promise<AvailabilityWatch> {
  const { of, stop } = await watchPods(cluster, `/api/v1/namespaces/${namespace}/pods`, selector);
  return { ...of(namespace), stop };
}

/** @param path of pods: of a namespace, or of all */
export async function watchPods(cluster: Cluster, path: string, selector: string): Promise<PodWatch> {
  const { certificate, key } = await cluster.clientCertificateFor('availability-watch', ['system:masters']);
  const agent = new Agent({ connect: { ca: cluster.endpoint.authority, cert: certificate, key }, bodyTimeout: 0 });
  const question = `${path}?labelSelector=${encodeURIComponent(selector)}`;
  const first = (await cluster.expectSuccess({ path: question })) as {
    items: Pod[];
    metadata: { resourceVersion: string };
  }; // border: the answer to a list
  const seen = new Map<string, Sightings>();
  const of = (namespace: string): Sightings => {
    const known =
      seen.get(namespace) ?? new Sightings(first.items.filter((pod) => pod.metadata.namespace === namespace));
    seen.set(namespace, known);
    return known;
  };
  const stopping = new AbortController();
  const watch = `${cluster.endpoint.server}${question}&watch=true&resourceVersion=${first.metadata.resourceVersion}`;
  const { body } = await request(watch, { dispatcher: agent, signal: stopping.signal });
  const broken = look().then(
    () => new Error('the API server ended the watch of the pods'),
    (error: unknown) => error,
  );
  return {
    of: (namespace) => {
      const sightings = of(namespace);
      return {
        least: () => sightings.least,
        most: () => sightings.most,
        created: () => [...sightings.appeared],
      };
    },
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
      for (const line of lines) {
        const event = JSON.parse(line) as WatchEvent; // border: an event of the API server
        of(event.object.metadata.namespace ?? '').see(event);
      }
    }
  }
}

class Sightings {
  readonly appeared = new Set<string>();
  readonly #pods: Map<string, Pod>;
  readonly #before: ReadonlySet<string>;
  least: number;
  most: number;

  constructor(there: readonly Pod[]) {
    this.#pods = new Map(there.map((pod) => [pod.metadata.uid ?? '', pod]));
    this.#before = new Set(this.#pods.keys());
    this.least = available(this.#pods);
    this.most = staying(this.#pods).length;
  }

  see({ type, object }: WatchEvent): void {
    const { uid = '' } = object.metadata;
    if (!this.#before.has(uid)) this.appeared.add(uid);
    if (type === 'DELETED') this.#pods.delete(uid);
    else this.#pods.set(uid, object);
    this.least = Math.min(this.least, available(this.#pods));
    this.most = Math.max(this.most, staying(this.#pods).length);
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
