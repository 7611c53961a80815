import { Denied } from '../api/errors.ts';
import { annotations } from '../api/names.ts';
import type { KubeObject } from '../api/objects.ts';
import { keyOf } from '../api/resources.ts';
import type { Identity } from '../core/action.ts';
import { configCaches } from '../core/caches.ts';
import { type ConfigObject, configDigest, isLive } from '../core/config-content.ts';
import type { ConfigKind } from '../core/config-references.ts';
import type { ConfigQuestion, ConfigReader, ConfigSight } from '../ports/config.ts';
import type { Caches, LiveRead } from './caches.ts';
import type { Feed } from './feed.ts';
import { isAsNew } from './resource-version.ts';
import type { StoreEvent } from './store.ts';
import { type ConfigWatch, type ConfigWatchParts, watchConfig } from './watch-config.ts';

export interface TenantConfigParts extends Omit<ConfigWatchParts, 'feed' | 'definition' | 'onChange'> {
  readonly caches: Pick<Caches, 'store' | 'subscribe'>;
  readonly read: LiveRead;
  readonly feedOf: (kind: ConfigKind, namespace: string, as: Identity) => Feed;
}

/** The last look at an object: what it held is not part of it. */
interface Known {
  readonly uid: string;
  readonly version: string;
  readonly sight: ConfigSight;
}

type Wake = (key: string) => void;
type Place = { readonly kind: ConfigKind; readonly namespace: string };

const KINDS: readonly ConfigKind[] = ['ConfigMap', 'Secret'];

/**
 * ConfigMaps and Secrets as tenants may see them. Contents are read when an object is new or has changed, made into a digest
 * and forgotten; what changed is told by watches of metadata, one a kind and namespace where a Deployment names one, each
 * under the right of that tenant: the operator itself may read none of them.
 */
export class TenantConfig implements ConfigReader {
  readonly #parts: TenantConfigParts;
  readonly #watches = new Map<string, ConfigWatch>();
  readonly #known = new Map<string, Known>();
  #wake: Wake = () => {};

  constructor(parts: TenantConfigParts) {
    this.#parts = parts;
    parts.caches.subscribe('Deployment', (event) => {
      if (event.type === 'added') return;
      for (const kind of KINDS) this.#closeIfUnused({ kind, namespace: event.object.metadata.namespace ?? '' });
    });
  }

  /** Who is told the keys of the Deployments that name an object which changed. */
  wakes(wake: Wake): void {
    this.#wake = wake;
  }

  look(namespace: string, questions: readonly ConfigQuestion[], as: Identity, signal: AbortSignal) {
    return Promise.all(questions.map((question) => this.#lookAt(namespace, question, as, signal)));
  }

  async #lookAt(
    namespace: string,
    { kind, name, of = name }: ConfigQuestion,
    as: Identity,
    signal: AbortSignal,
  ): Promise<ConfigSight> {
    const key = `${kind}/${namespace}/${name}/${of}`;
    const fresh = this.#watchOf({ kind, namespace })?.get(`${namespace}/${name}`)?.metadata;
    const known = this.#known.get(key);
    if (fresh !== undefined && fresh.uid === known?.uid && isAsNew(known?.version ?? '', fresh.resourceVersion ?? '')) {
      return known?.sight ?? { state: 'absent' };
    }
    this.#known.delete(key);
    try {
      // Also what the watch does not show: it may be behind.
      const found = await this.#parts.read<ConfigObject>({ resource: kind, namespace, name }, as, signal);
      this.#watch({ kind, namespace }, as);
      if (found === undefined) return { state: 'absent' };
      const sight = sightOf({ kind, name: of }, found);
      const { uid = '', resourceVersion: version = '' } = found.metadata;
      this.#known.set(key, { uid, version, sight });
      return sight;
    } catch (thrown) {
      if (thrown instanceof Denied) return { state: 'refused', message: thrown.message };
      throw thrown;
    }
  }

  /** The watch at work there; one that lost its right is given up until a look succeeds again. */
  #watchOf(place: Place): ConfigWatch | undefined {
    const watch = this.#watches.get(placeOf(place));
    if (watch?.refused === true) this.#close(place);
    return watch?.synced === true ? watch : undefined;
  }

  #watch(place: Place, as: Identity): void {
    const at = placeOf(place);
    if (this.#watches.has(at) || !this.#isNamed(place)) return;
    const { kind, namespace } = place;
    const watch = watchConfig({
      ...this.#parts,
      definition: configCaches[kind],
      feed: this.#parts.feedOf(kind, namespace, as),
      onChange: (event) => this.#changed(kind, event),
    });
    this.#watches.set(at, watch);
  }

  #changed(kind: ConfigKind, { type, object }: StoreEvent): void {
    const { namespace = '', name } = object.metadata;
    const source = sourceOf(object);
    if (type === 'deleted') this.#known.delete(`${kind}/${namespace}/${name}/${source}`);
    for (const { metadata } of this.#parts.caches.store('Deployment').by('config', `${kind}/${namespace}/${source}`)) {
      this.#wake(keyOf(metadata));
    }
  }

  #closeIfUnused(place: Place): void {
    if (this.#watches.has(placeOf(place)) && !this.#isNamed(place)) this.#close(place);
  }

  #isNamed(place: Place): boolean {
    return this.#parts.caches.store('Deployment').by('configKind', placeOf(place)).length > 0;
  }

  #close(place: Place): void {
    const at = placeOf(place);
    this.#watches.get(at)?.stop();
    this.#watches.delete(at);
    for (const key of this.#known.keys()) if (key.startsWith(`${at}/`)) this.#known.delete(key);
  }
}

const placeOf = ({ kind, namespace }: Place): string => `${kind}/${namespace}`;

/** A copy concerns whoever names what it was made from. */
const sourceOf = ({ metadata }: KubeObject): string => metadata.annotations?.[annotations.copyOf] ?? metadata.name;

function sightOf(of: { readonly kind: ConfigKind; readonly name: string }, found: ConfigObject): ConfigSight {
  return {
    state: 'present',
    digest: configDigest(of, found),
    live: isLive(found),
    immutable: found.immutable === true,
    owners: (found.metadata.ownerReferences ?? []).map(({ uid }) => uid),
  };
}
