import type { KubeObject } from '../api/objects.ts';
import { keyOf } from '../api/resources.ts';
import type { CacheDefinition } from '../core/caches.ts';
import { editsAlone } from '../core/edits.ts';
import { Changes } from './changes.ts';
import { isAsNew } from './resource-version.ts';
import { type Fault, Table } from './table.ts';

/** `object` of a deletion is the last state known; `old` is what the cache held before an update. */
export type StoreEvent =
  | { readonly type: 'added'; readonly object: KubeObject }
  | { readonly type: 'updated'; readonly object: KubeObject; readonly old: KubeObject }
  | { readonly type: 'deleted'; readonly object: KubeObject };

export type StoreHandler = (event: StoreEvent) => void;

export interface StoreOptions {
  readonly fault: Fault;
  /** One turn of the event loop. */
  readonly yield: () => Promise<void>;
  /** Tests freeze every level, so that no room can write into the cache unseen. */
  readonly freeze?: 'shallow' | 'deep';
}

/** Objects handled between two turns of the event loop (R19). */
export const OBJECTS_A_TURN = 50;

/** What is known of one kind, as new as `version`; written by its reflector only. */
export class Store {
  readonly definition: CacheDefinition;
  readonly #options: StoreOptions;
  readonly #handlers = new Set<StoreHandler>();
  readonly #changes = new Changes();
  #table: Table;
  #version = '';

  constructor(definition: CacheDefinition, options: StoreOptions) {
    this.definition = definition;
    this.#options = options;
    this.#table = new Table(definition, options.fault);
  }

  /** resourceVersion up to which everything is known; empty before the first list. */
  get version(): string {
    return this.#version;
  }

  get size(): number {
    return this.#table.size;
  }

  get(key: string): KubeObject | undefined {
    return this.#table.get(key);
  }

  by(index: string, value: string): readonly KubeObject[] {
    return this.#table.by(index, value);
  }

  entries(): IterableIterator<[string, KubeObject]> {
    return this.#table.entries();
  }

  /** Whether the object has that value under the index, as `by` would find it. */
  matches(object: KubeObject, index: string, value: string): boolean {
    return this.#table.valuesOf(index, object).includes(value);
  }

  /** Calls back for every change from now on; the returned function ends that. */
  subscribe(handler: StoreHandler): () => void {
    this.#handlers.add(handler);
    return () => {
      this.#handlers.delete(handler);
    };
  }

  /** Resolves when the cache is as new as the version. Rejects with the signal's reason. */
  waitFor(version: string, signal: AbortSignal): Promise<void> {
    return this.until(() => isAsNew(this.#version, version), signal);
  }

  /** Resolves when something about this cache holds; looked at after each change. */
  until(holds: () => boolean, signal: AbortSignal): Promise<void> {
    return this.#changes.until(holds, signal);
  }

  /** An object that arrived, as it will be kept: without managedFields but for what others wrote of ours, projected, frozen. */
  prepare(arrived: KubeObject): KubeObject {
    const object = this.#project(withoutManagedFields(arrived));
    if (this.#options.freeze === 'deep') return deepFreeze(object);
    Object.freeze(object.metadata);
    return Object.freeze(object);
  }

  /** A prepared object that exists now. A new UID under a known name is a deletion and an addition (R12). */
  put(object: KubeObject, version: string): void {
    const old = this.#table.get(keyOf(object.metadata));
    this.#table.put(object);
    this.#advance(version);
    for (const event of difference(old, object)) this.#emit(event);
  }

  /** A prepared object that is gone, in its last state. */
  remove(object: KubeObject, version: string): void {
    const key = keyOf(object.metadata);
    const known = this.#table.get(key)?.metadata.uid === object.metadata.uid;
    if (known) this.#table.drop(key);
    this.#advance(version);
    if (known) this.#emit({ type: 'deleted', object });
  }

  /** Nothing changed up to this version: a bookmark (R18). */
  bookmark(version: string): void {
    this.#advance(version);
  }

  /** A table for `replace`, filled by whoever lists. */
  empty(): Table {
    return new Table(this.definition, this.#options.fault);
  }

  /** Takes a whole new state in one step, then tells the differences (R11, R12). Resolves with how many objects were gone. */
  async replace(next: Table, version: string): Promise<number> {
    const events: StoreEvent[] = [];
    let count = 0;
    for (const [key, object] of next.entries()) {
      events.push(...difference(this.#table.get(key), object));
      if (++count % OBJECTS_A_TURN === 0) await this.#options.yield();
    }
    let gone = 0;
    for (const [key, object] of this.#table.entries()) {
      if (next.get(key) === undefined) {
        events.push({ type: 'deleted', object });
        gone++;
      }
      if (++count % OBJECTS_A_TURN === 0) await this.#options.yield();
    }
    this.#table = next;
    this.#advance(version);
    for (const event of events) {
      this.#emit(event);
      if (++count % OBJECTS_A_TURN === 0) await this.#options.yield();
    }
    return gone;
  }

  #advance(version: string): void {
    this.#version = version;
    this.#changes.notify();
  }

  #emit(event: StoreEvent): void {
    for (const handler of this.#handlers) {
      try {
        handler(event);
      } catch (error) {
        this.#options.fault('handler', error);
      }
    }
  }

  #project(object: KubeObject): KubeObject {
    try {
      return this.definition.project?.(object) ?? object;
    } catch (error) {
      this.#options.fault('project', error);
      return object;
    }
  }
}

function difference(old: KubeObject | undefined, object: KubeObject): readonly StoreEvent[] {
  if (old === undefined) return [{ type: 'added', object }];
  if (old.metadata.uid !== object.metadata.uid) {
    return [
      { type: 'deleted', object: old },
      { type: 'added', object },
    ];
  }
  if (old.metadata.resourceVersion === object.metadata.resourceVersion) return [];
  return [{ type: 'updated', object, old }];
}

function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _dropped, ...metadata } = object.metadata;
  const managedFields = editsAlone(object);
  return { ...object, metadata: managedFields === undefined ? metadata : { ...metadata, managedFields } };
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deepFreeze(part);
  }
  return Object.freeze(value);
}
