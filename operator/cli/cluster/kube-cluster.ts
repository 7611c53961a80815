import { clock } from '../../adapters/clock.ts';
import type { UserAccess } from '../../adapters/kube/user-access.ts';
import { KubeWire } from '../../adapters/kube/wire.ts';
import { Upstream } from '../../api/errors.ts';
import type { KubeObject } from '../../api/objects.ts';
import type { Reference, ResourceName } from '../../api/resources.ts';
import { VERSION_OF_BUILD } from '../../api/version.ts';
import { OPERATOR } from '../../core/action.ts';
import type { CacheDefinition } from '../../core/caches.ts';
import type { Json } from '../../core/json.ts';
import type { Log } from '../../ports/log.ts';
import type { Metrics } from '../../ports/metrics.ts';
import { apiError } from '../../runtime/api-error.ts';
import { Client } from '../../runtime/client.ts';
import { KubeFeed } from '../../runtime/feed.ts';
import { Reflector } from '../../runtime/reflector.ts';
import { Store } from '../../runtime/store.ts';
import { Transport } from '../../runtime/transport.ts';
import type { Cluster, Scope, Watched } from './cluster.ts';

const FIELD_MANAGER = 'kubectl-code';
const WHO_AM_I = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
/** More objects than a screen can show. */
const MOST_OBJECTS = 5_000;

const silent = (): void => undefined;
const metrics: Metrics = { count: silent, gauge: silent, observe: silent };
const log: Log = { debug: silent, info: silent, warn: silent, error: silent };

/** The operator's own transport and reflectors, on the rights of the user. */
export function kubeCluster(access: UserAccess, namespace: string | undefined, signal: AbortSignal): Cluster {
  const wire = new KubeWire(access.source, clock);
  const base = { clock, random: Math.random, metrics, log };
  const transport = new Transport({ ...base, wire, version: VERSION_OF_BUILD, host: new URL(access.server).host });
  const client = new Client({ transport, clock, controller: FIELD_MANAGER });
  // No identity to impersonate: what the kubeconfig says.
  const write = { as: OPERATOR, fieldManager: FIELD_MANAGER, signal };

  const feed = (resource: ResourceName, { labelSelector, ...scope }: Scope) => {
    const definition: CacheDefinition = {
      resource,
      indexes: {},
      ...(labelSelector === undefined ? {} : { labelSelector }),
    };
    return { definition, feed: new KubeFeed(definition, transport, clock, scope) };
  };

  return {
    context: access.context,
    server: access.server,
    namespace: namespace ?? access.namespace ?? 'default',
    read: <T extends KubeObject>(reference: Reference) => client.read<T>(reference, OPERATOR, signal),
    async list<T extends KubeObject>(resource: ResourceName, scope: Scope) {
      const objects: KubeObject[] = [];
      let next: string | undefined;
      do {
        const page = await feed(resource, scope).feed.page(next, signal);
        objects.push(...page.objects);
        next = page.next;
      } while (next !== undefined && objects.length < MOST_OBJECTS);
      return byName(objects) as T[]; // border: the caller states the type, as of Reader
    },
    watch<T extends KubeObject>(resource: ResourceName, scope: Scope, changed: () => void, until: AbortSignal) {
      const { definition, feed: source } = feed(resource, scope);
      const store = new Store(definition, {
        fault: (_where, error) => {
          throw error;
        },
        yield: () => clock.sleep(0),
      });
      const reflector = new Reflector({ ...base, store, feed: source });
      store.subscribe(changed);
      void reflector.run(until);
      void reflector.whenSynced(until).then(changed, silent);
      const watched: Watched<T> = {
        all: () => (reflector.synced ? (byName([...store.entries()].map(([, object]) => object)) as T[]) : undefined), // border: as above
        trouble: () => reflector.trouble,
      };
      return watched;
    },
    mergePatch: (reference: Reference, patch: Json) => client.mergePatch(reference, patch, write),
    jsonPatch: (reference: Reference, patch: Json) => client.jsonPatch(reference, patch, write),
    async whoAmI() {
      const answer = await transport.call({
        method: 'POST',
        path: WHO_AM_I,
        body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }),
        contentType: 'application/json',
        controller: FIELD_MANAGER,
        kind: 'call',
        lane: 'calls',
        signal,
      });
      if (answer.status >= 400) {
        throw apiError(answer, { verb: 'create', resource: 'selfsubjectreviews' }, clock.now());
      }
      const { status } = answer.body as { status?: { userInfo?: { username?: string } } }; // border: the API server's own kind
      const name = status?.userInfo?.username;
      if (name === undefined) throw new Upstream('UnreadableReply', 'the API server did not say who you are');
      return name;
    },
    close: () => wire.close(),
  };
}

function byName(objects: readonly KubeObject[]): readonly KubeObject[] {
  return objects.toSorted((left, right) => (left.metadata.name < right.metadata.name ? -1 : 1));
}
