/** The cluster as rooms and effects see it. Objects are plain JSON; cached ones are frozen and projected. */
import type { KubeObject } from '../api/objects.ts';
import type { Reference, ResourceName } from '../api/resources.ts';
import type { Identity } from '../core/action.ts';
import type { Json } from '../core/json.ts';

export interface Reader {
  /** From the cache; never older than this key's own writes (R24). The caller states the type: a border, validated by schema where it is ours. */
  get<T extends KubeObject>(reference: Reference): T | undefined;
  /** From a named index of the cache, in no particular order. Index names are those of `core/caches.ts`. */
  by<T extends KubeObject>(resource: ResourceName, index: string, value: string): readonly T[];
  /** False while the API server defines no such kind: only kinds that a cluster may do without are ever missing. */
  serves(resource: ResourceName): boolean;
  /**
   * A live GET, under the identity given. `undefined` when the object does not exist.
   * @throws Denied when the identity may not read it; Upstream, Aborted.
   */
  read<T extends KubeObject>(reference: Reference, as: Identity, signal: AbortSignal): Promise<T | undefined>;
}

export interface WriteOptions {
  readonly as: Identity;
  /** Server-side apply manager, also sent with other writes. */
  readonly fieldManager: string;
  readonly dryRun?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Writes. Every method resolves with the object as the server stored it and throws: Conflict (409 on a version or a
 * uid), InvalidSpec (400, 422: the server's words), Denied (401 after a refresh, 403), NotFound, Upstream (429, 5xx, lost
 * connection; `afterMilliseconds` from Retry-After), Aborted.
 */
export interface Writer {
  /** Server-side apply, forced. */
  apply<T extends KubeObject>(object: T, options: WriteOptions): Promise<T>;
  /** POST; a name that is taken throws Conflict with reason `AlreadyExists`. Sent once: a lost reply is the queue's to retry. */
  create<T extends KubeObject>(object: T, options: WriteOptions): Promise<T>;
  mergePatch(reference: Reference, patch: Json, options: WriteOptions): Promise<KubeObject>;
  /** RFC 6902, for finalizers: `test` operations guard it. */
  jsonPatch(reference: Reference, patch: Json, options: WriteOptions): Promise<KubeObject>;
  /** Merge patch of `/status` that carries the resourceVersion it was decided on. */
  patchStatus(reference: Reference, patch: Json, options: WriteOptions): Promise<KubeObject>;
  delete(
    reference: Reference,
    preconditions: { readonly uid: string; readonly resourceVersion?: string },
    propagation: 'Background' | 'Foreground' | 'Orphan',
    options: WriteOptions,
  ): Promise<void>;
}
