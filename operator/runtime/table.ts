import type { KubeObject } from '../api/objects.ts';
import { keyOf } from '../api/resources.ts';
import type { CacheDefinition } from '../core/caches.ts';

/** Told when a function that a cache definition brought has thrown: nothing but that function's answer is missing (R17). */
export type Fault = (where: 'project' | 'index' | 'handler', error: unknown) => void;

type Index = Map<string, Map<string, KubeObject>>;

/** The objects of one kind by key, and by the values of its indexes. */
export class Table {
  readonly #definition: CacheDefinition;
  readonly #fault: Fault;
  readonly #objects = new Map<string, KubeObject>();
  readonly #indexes = new Map<string, Index>();

  constructor(definition: CacheDefinition, fault: Fault) {
    this.#definition = definition;
    this.#fault = fault;
    for (const name of Object.keys(definition.indexes)) this.#indexes.set(name, new Map());
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): KubeObject | undefined {
    return this.#objects.get(key);
  }

  entries(): IterableIterator<[string, KubeObject]> {
    return this.#objects.entries();
  }

  by(index: string, value: string): readonly KubeObject[] {
    const found = this.#indexes.get(index)?.get(value);
    return found === undefined ? [] : [...found.values()];
  }

  put(object: KubeObject): void {
    const key = keyOf(object.metadata);
    this.drop(key);
    this.#objects.set(key, object);
    this.#eachValue(object, (index, value) => {
      const holders = index.get(value);
      if (holders === undefined) index.set(value, new Map([[key, object]]));
      else holders.set(key, object);
    });
  }

  drop(key: string): void {
    const object = this.#objects.get(key);
    if (object === undefined) return;
    this.#objects.delete(key);
    this.#eachValue(object, (index, value) => {
      const holders = index.get(value);
      holders?.delete(key);
      if (holders?.size === 0) index.delete(value);
    });
  }

  /** The values of an object under one of the indexes; none where the index's function throws. */
  valuesOf(name: string, object: KubeObject): readonly string[] {
    try {
      return this.#definition.indexes[name]?.(object) ?? [];
    } catch (error) {
      this.#fault('index', error);
      return [];
    }
  }

  #eachValue(object: KubeObject, visit: (index: Index, value: string) => void): void {
    for (const [name, index] of this.#indexes) {
      for (const value of this.valuesOf(name, object)) visit(index, value);
    }
  }
}
