import { Conflict, NotFound } from '../../operator/api/errors.ts';
import type { KubeObject } from '../../operator/api/objects.ts';
import { keyOf, type Reference, type ResourceName } from '../../operator/api/resources.ts';
import type { Json } from '../../operator/core/json.ts';
import { equal } from '../../operator/core/merge-patch.ts';
import { referenceOf } from '../../operator/core/reference-of.ts';
import type { Reader, WriteOptions, Writer } from '../../operator/ports/kube.ts';

type Members = { readonly [key: string]: Json };

/** One write as it was asked for. */
export interface Call {
  readonly verb: 'apply' | 'create' | 'mergePatch' | 'jsonPatch' | 'patchStatus' | 'delete';
  readonly target: Reference;
  readonly options: WriteOptions;
  readonly body?: Json | KubeObject;
}

/**
 * Objects in memory behind the ports of the cluster, for tests of what is built on them. It keeps versions, refuses stale
 * ones (409), names that are taken and objects that are gone (404), keeps spec and status apart and an object with
 * finalizers alive, changes no version where nothing changes, and records every write. It knows no schema, default or ownership of fields.
 */
export class RecordedCluster implements Reader, Writer {
  readonly calls: Call[] = [];
  /** Thrown by the next writes of a verb, in order. */
  readonly failures: { readonly verb: Call['verb']; readonly error: Error }[] = [];
  readonly #objects = new Map<string, KubeObject>();
  #version = 100;

  /** As if somebody else had written it. */
  put(object: KubeObject): KubeObject {
    return this.#store(referenceOf(object), object);
  }

  /** As if somebody else had deleted it. */
  remove(reference: Reference): void {
    this.#objects.delete(idOf(reference));
  }

  /** `verb kind/name`, in order. */
  get told(): readonly string[] {
    return this.calls.map(({ verb, target }) => `${verb} ${target.resource}/${target.name}`);
  }

  get<T extends KubeObject>(reference: Reference): T | undefined {
    return this.#objects.get(idOf(reference)) as T | undefined; // border: the caller states the type (ports/kube.ts)
  }

  by<T extends KubeObject>(_resource: ResourceName, _index: string, _value: string): readonly T[] {
    return [];
  }

  serves(): boolean {
    return true;
  }

  async read<T extends KubeObject>(reference: Reference): Promise<T | undefined> {
    return this.get<T>(reference);
  }

  async apply<T extends KubeObject>(object: T, options: WriteOptions): Promise<T> {
    const target = referenceOf(object);
    this.#record({ verb: 'apply', target, options, body: object });
    const live = this.get(target);
    const metadata = { ...live?.metadata, ...object.metadata };
    return this.#store(target, { ...live, ...object, metadata } as T);
  }

  async create<T extends KubeObject>(object: T, options: WriteOptions): Promise<T> {
    const target = referenceOf(object);
    this.#record({ verb: 'create', target, options, body: object });
    if (this.get(target) !== undefined) throw new Conflict('AlreadyExists', `${keyOf(target)} already exists`);
    if (options.dryRun) return object;
    return this.#store(target, { ...object, metadata: { ...object.metadata, uid: `u-${target.name}`, generation: 1 } });
  }

  async mergePatch(target: Reference, patch: Json, options: WriteOptions): Promise<KubeObject> {
    this.#record({ verb: 'mergePatch', target, options, body: patch });
    const { status: _status, ...rest } = patch as Members; // border: a patch of an object is an object
    return this.#patched(target, rest);
  }

  async patchStatus(target: Reference, patch: Json, options: WriteOptions): Promise<KubeObject> {
    this.#record({ verb: 'patchStatus', target, options, body: patch });
    const { status = null, metadata = {} } = patch as Members; // border: as above
    return this.#patched(target, { status, metadata });
  }

  async jsonPatch(target: Reference, patch: Json, options: WriteOptions): Promise<KubeObject> {
    this.#record({ verb: 'jsonPatch', target, options, body: patch });
    const live = structuredClone(this.#live(target));
    for (const { op, path, value } of patch as readonly { op: string; path: string; value?: Json }[]) {
      const [last = '', ...above] = path.split('/').slice(1).reverse();
      // border: a walk by the pointer's own names through plain JSON
      const parent = above.reduceRight<unknown>((at, name) => (at as Members | undefined)?.[name], live) as never;
      if (op === 'test' && !equal(parent?.[last], value)) throw new Conflict('TestFailed', `${path} is not ${value}`);
      if (op === 'add' && Array.isArray(parent)) (parent as Json[]).push(value ?? null);
      else if (op === 'add') Object.assign(parent, { [last]: value });
      if (op === 'remove') (parent as Json[]).splice(Number(last), 1);
    }
    return this.#store(target, live);
  }

  async delete(
    target: Reference,
    preconditions: { readonly uid: string; readonly resourceVersion?: string },
    propagation: 'Background' | 'Foreground' | 'Orphan',
    options: WriteOptions,
  ): Promise<void> {
    this.#record({ verb: 'delete', target, options, body: { ...preconditions, propagation } });
    const { metadata } = this.#live(target);
    const same = (name: 'uid' | 'resourceVersion') =>
      preconditions[name] === undefined || preconditions[name] === metadata[name];
    if (!same('uid') || !same('resourceVersion')) throw new Conflict('Conflict', `${keyOf(target)} is another one`);
    this.#objects.delete(idOf(target));
  }

  #record(call: Call): void {
    this.calls.push(call);
    const failing = this.failures.findIndex(({ verb }) => verb === call.verb);
    if (failing >= 0) throw this.failures.splice(failing, 1)[0]?.error;
  }

  #live(target: Reference): KubeObject {
    const live = this.get(target);
    if (live === undefined) throw new NotFound('NotFound', `${keyOf(target)} was not found`);
    return live;
  }

  #patched(target: Reference, patch: Members): KubeObject {
    const live = this.#live(target);
    const asked = (patch['metadata'] as Members | undefined)?.['resourceVersion']; // border: plain JSON
    if (asked !== undefined && asked !== live.metadata.resourceVersion) {
      throw new Conflict('Conflict', `${keyOf(target)} has changed`);
    }
    return this.#store(target, merged(live, patch) as unknown as KubeObject); // border: an object, patched, is one
  }

  #store<T extends KubeObject>(target: Reference, object: T): T {
    const live = this.get<T>(target);
    if (live !== undefined && equal(live, object)) return live;
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#version) } };
    if (deletionTimestamp !== undefined && finalizers.length === 0) this.#objects.delete(idOf(target));
    else this.#objects.set(idOf(target), deepFrozen(stored));
    return stored;
  }
}

const idOf = (reference: Reference): string => `${reference.resource}/${keyOf(reference)}`;

/** RFC 7396. */
function merged(target: unknown, patch: Json): Json {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const members = new Map<string, Json>(target !== null && typeof target === 'object' ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch as Members)) {
    if (value === null) members.delete(key);
    else members.set(key, merged(members.get(key), value));
  }
  return Object.fromEntries(members);
}

function deepFrozen<T>(value: T): T {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) deepFrozen(member);
  return Object.freeze(value);
}
