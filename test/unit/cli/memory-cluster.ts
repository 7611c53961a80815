import type { KubeObject } from '../../../operator/api/objects.ts';
import {
  apiVersionOf,
  type Reference,
  type Resource,
  type ResourceName,
  resources,
} from '../../../operator/api/resources.ts';
import type { Cluster, Scope, Watched } from '../../../operator/cli/cluster/cluster.ts';
import type { Json } from '../../../operator/core/json.ts';
import { mergePatched } from './merge-patched.ts';

export interface Patch {
  readonly reference: Reference;
  readonly patch: Json;
}

/** Objects in memory; keeps every patch that was sent, and does what the test says after one. */
export class MemoryCluster implements Cluster {
  readonly context = 'memory';
  readonly server = 'https://memory:6443';
  readonly namespace = 'acme-prod';
  readonly patches: Patch[] = [];
  /** What the operator does when an object was patched. */
  afterPatch: (cluster: MemoryCluster, patch: Patch) => void = () => undefined;
  /** Thrown by every patch. */
  refusal: Error | undefined;
  readonly #objects = new Map<string, KubeObject>();
  readonly #watchers = new Set<() => void>();

  constructor(...objects: readonly KubeObject[]) {
    for (const object of objects) this.put(object);
  }

  put(object: KubeObject): void {
    this.#objects.set(keyOf(object.kind, object.metadata.name), object);
    for (const changed of this.#watchers) changed();
  }

  remove(kind: string, name: string): void {
    this.#objects.delete(keyOf(kind, name));
    for (const changed of this.#watchers) changed();
  }

  object<T extends KubeObject>(kind: string, name: string): T | undefined {
    return this.#objects.get(keyOf(kind, name)) as T | undefined; // the caller states the type
  }

  async read<T extends KubeObject>({ resource, name }: Reference): Promise<T | undefined> {
    return this.object<T>(resources[resource].kind, name);
  }

  async list<T extends KubeObject>(resource: ResourceName, scope: Scope): Promise<readonly T[]> {
    return this.#select<T>(resource, scope);
  }

  watch<T extends KubeObject>(
    resource: ResourceName,
    scope: Scope,
    changed: () => void,
    signal: AbortSignal,
  ): Watched<T> {
    this.#watchers.add(changed);
    signal.addEventListener('abort', () => this.#watchers.delete(changed), { once: true });
    return { all: () => this.#select<T>(resource, scope), trouble: () => undefined };
  }

  async mergePatch(reference: Reference, patch: Json): Promise<KubeObject> {
    return this.#patched(reference, patch, (object) => mergePatched(object, patch) as KubeObject);
  }

  async jsonPatch(reference: Reference, patch: Json): Promise<KubeObject> {
    return this.#patched(reference, patch, (object) => object);
  }

  async whoAmI(): Promise<string> {
    return 'jane';
  }

  async close(): Promise<void> {
    // Nothing is open.
  }

  /** How many still listen: a command that ended listens to nothing. */
  get watchers(): number {
    return this.#watchers.size;
  }

  #patched(reference: Reference, patch: Json, apply: (object: KubeObject) => KubeObject): KubeObject {
    if (this.refusal !== undefined) throw this.refusal;
    const before = this.#objects.get(keyOf(resources[reference.resource].kind, reference.name));
    if (before === undefined) throw new Error(`no ${reference.name} in memory`);
    const object = apply(before);
    this.put(object);
    this.patches.push({ reference, patch });
    this.afterPatch(this, { reference, patch });
    return object;
  }

  #select<T extends KubeObject>(name: ResourceName, scope: Scope): readonly T[] {
    const resource: Resource = resources[name];
    const of = [...this.#objects.values()].filter(
      (object) => object.kind === resource.kind && object.apiVersion === apiVersionOf(resource),
    );
    const wanted = (scope.labelSelector ?? '').split(',').filter((part) => part !== '');
    const selected = of.filter(({ metadata }) =>
      wanted.every((part) => {
        const [label = '', value] = part.split('=');
        const found = metadata.labels?.[label];
        return value === undefined ? found !== undefined : found === value;
      }),
    );
    return selected.filter(({ metadata }) => scope.name === undefined || metadata.name === scope.name) as T[]; // as above
  }
}

const keyOf = (kind: string, name: string): string => `${kind}/${name}`;
