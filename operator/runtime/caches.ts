import { Bug } from '../api/errors.ts';
import type { KubeObject } from '../api/objects.ts';
import { keyOf, type Reference, type ResourceName } from '../api/resources.ts';
import { type Identity, OPERATOR } from '../core/action.ts';
import type { CacheDefinition } from '../core/caches.ts';
import type { Milliseconds } from '../core/decision.ts';
import type { Clock } from '../ports/clock.ts';
import type { Reader } from '../ports/kube.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Random } from '../ports/random.ts';
import type { Feed } from './feed.ts';
import { type OwnWrite, OwnWrites } from './own-writes.ts';
import { Reflector } from './reflector.ts';
import { Store, type StoreHandler } from './store.ts';

/** A live read: `Client.read`. */
export type LiveRead = Reader['read'];

export interface CachesParts {
  readonly definitions: readonly CacheDefinition[];
  readonly feedOf: (definition: CacheDefinition) => Feed;
  readonly read: LiveRead;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly watchSeconds?: readonly [number, number];
  readonly freeze?: 'shallow' | 'deep';
}

export interface CacheState {
  readonly resource: ResourceName;
  readonly synced: boolean;
  readonly objects: number;
  readonly trouble?: string;
  /** An admin must act: the kind is not defined, or the right to list it is not granted. */
  readonly refused: boolean;
}

/** How long a pass waits for its own writes to come back through the watches. */
const CATCH_UP_WITHIN: Milliseconds = 5_000;

/** One reflector and one store a kind, shared by whoever reads or listens (R20). */
export class Caches {
  readonly #parts: CachesParts;
  readonly #caches = new Map<ResourceName, { readonly store: Store; readonly reflector: Reflector }>();
  readonly #writes = new OwnWrites();

  constructor(parts: CachesParts) {
    this.#parts = parts;
    for (const definition of parts.definitions) this.#caches.set(definition.resource, this.#build(definition));
  }

  /** Keeps all caches until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#caches.values()].map(({ reflector }) => reflector.run(signal)));
  }

  /** Resolves when every cache is complete (R10). Rejects with the signal's reason. */
  async synced(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#caches.values()].map(({ reflector }) => reflector.whenSynced(signal)));
  }

  /** For readiness and its reasons. */
  get states(): readonly CacheState[] {
    return [...this.#caches].map(([resource, { store, reflector }]) => ({
      resource,
      synced: reflector.synced,
      objects: store.size,
      refused: reflector.refused,
      ...(reflector.trouble === undefined ? {} : { trouble: reflector.trouble }),
    }));
  }

  /** Calls back for each change of one kind; what the handler throws is counted and hurts nobody else. */
  subscribe(resource: ResourceName, handler: StoreHandler): () => void {
    return this.store(resource).subscribe(handler);
  }

  /** @throws Bug when no cache of that kind is defined in `core/caches.ts`. */
  store(resource: ResourceName): Store {
    const cache = this.#caches.get(resource);
    if (cache === undefined)
      throw new Bug('NoCache', `there is no cache of ${resource}: define one in operator/core/caches.ts`);
    return cache.store;
  }

  /** The writes that passes made and that their readers must not fall behind: `hook(key)` goes to `Client.recording`. */
  get writes(): Pick<OwnWrites, 'hook' | 'forget' | 'size'> {
    return this.#writes;
  }

  /**
   * A reader for one pass on one key, never older than what that key's passes wrote (R24): waits up to 5 s for the watches,
   * then reads what is still missing from the API server itself.
   * @param key names the queue and the object, as given to `writes.hook`
   */
  async reader(key: string, signal: AbortSignal): Promise<Reader> {
    const late = await this.#catchUp(key, signal);
    const live = await Promise.all(
      late.map(async ({ reference }) => [reference, await this.#parts.read(reference, OPERATOR, signal)] as const),
    );
    return this.#readerOver(live);
  }

  /** As the watches have it, whatever was written since. */
  get cached(): Reader {
    return this.#readerOver([]);
  }

  async #catchUp(key: string, signal: AbortSignal): Promise<readonly OwnWrite[]> {
    const storeOf = ({ resource }: Reference): Store | undefined => this.#caches.get(resource)?.store;
    const unknown = this.#writes.unknown(key, storeOf);
    if (unknown.length === 0) return [];
    const timeUp = new AbortController();
    const cancel = this.#parts.clock.after(CATCH_UP_WITHIN, () => timeUp.abort());
    const either = AbortSignal.any([signal, timeUp.signal]);
    try {
      for (const { reference, isKnownTo } of unknown) {
        const store = this.store(reference.resource);
        await store.until(() => isKnownTo(store), either);
      }
    } catch (reason) {
      if (!timeUp.signal.aborted) throw reason;
    } finally {
      cancel();
    }
    return this.#writes.unknown(key, storeOf);
  }

  /** Live objects lie over the cached ones; an absent one hides what the cache still shows. */
  #readerOver(live: readonly (readonly [Reference, KubeObject | undefined])[]): Reader {
    const nameOf = (reference: Reference): string => `${reference.resource}/${keyOf(reference)}`;
    const over = new Map(
      live.map(([reference, object]) => {
        const kept = object === undefined ? undefined : this.store(reference.resource).prepare(object);
        return [nameOf(reference), { resource: reference.resource, object: kept }] as const;
      }),
    );
    return {
      // border: the caller states the type (ports/kube.ts)
      get: <T extends KubeObject>(reference: Reference) => {
        const fresh = over.get(nameOf(reference));
        return (fresh === undefined ? this.store(reference.resource).get(keyOf(reference)) : fresh.object) as
          | T
          | undefined;
      },
      by: <T extends KubeObject>(resource: ResourceName, index: string, value: string) => {
        const store = this.store(resource);
        const cached = store.by(index, value);
        if (over.size === 0) return cached as readonly T[];
        const kept = cached.filter((object) => !over.has(`${resource}/${keyOf(object.metadata)}`));
        for (const fresh of over.values()) {
          if (fresh.resource === resource && fresh.object && store.matches(fresh.object, index, value))
            kept.push(fresh.object);
        }
        return kept as readonly KubeObject[] as readonly T[];
      },
      serves: (resource) => this.#caches.get(resource)?.reflector.absent === false,
      read: <T extends KubeObject>(reference: Reference, as: Identity, signal: AbortSignal) =>
        this.#parts.read<T>(reference, as, signal),
    };
  }

  #build(definition: CacheDefinition): { store: Store; reflector: Reflector } {
    const { clock, random, metrics, log, freeze, watchSeconds } = this.#parts;
    const { resource } = definition;
    const store = new Store(definition, {
      yield: () => clock.sleep(0),
      fault: (where, error) => {
        metrics.count('code_informer_faults_total', { resource, where });
        const stack = error instanceof Error ? error.stack : String(error);
        log.error('a function of a cache threw; its answer is left out', { resource, where, stack });
      },
      ...(freeze === undefined ? {} : { freeze }),
    });
    const reflector = new Reflector({
      store,
      feed: this.#parts.feedOf(definition),
      clock,
      random,
      metrics,
      log,
      ...(watchSeconds === undefined ? {} : { watchSeconds }),
    });
    return { store, reflector };
  }
}
