import type { Reference } from '../api/resources.ts';
import { keyOf } from '../api/resources.ts';
import type { WriteHook } from './client.ts';
import { isAsNew } from './resource-version.ts';
import type { Store } from './store.ts';

export interface OwnWrite {
  readonly reference: Reference;
  /** Whether the cache shows this write, or something later. */
  readonly isKnownTo: (store: Store) => boolean;
}

/** What each key's passes wrote and the caches may not know yet (R24). Holds nothing of a key whose writes are all known. */
export class OwnWrites {
  readonly #byKey = new Map<string, Map<string, OwnWrite>>();

  /** For the client of a pass on that key. */
  hook(key: string): WriteHook {
    return (reference, written) => {
      const isKnownTo = (store: Store): boolean => {
        if ('resourceVersion' in written) return isAsNew(store.version, written.resourceVersion);
        if ('deletedUid' in written) return isGone(store, reference, written.deletedUid);
        // Others wrote it, or a write of ours whose answer was lost: deciding on it again would be refused again.
        return store.get(keyOf(reference))?.metadata.resourceVersion !== written.staleVersion;
      };
      const writes = this.#byKey.get(key) ?? new Map<string, OwnWrite>();
      writes.set(`${reference.resource}/${keyOf(reference)}`, { reference, isKnownTo });
      this.#byKey.set(key, writes);
    };
  }

  /** Writes of the key that its caches do not show yet; the others are forgotten. */
  unknown(key: string, storeOf: (reference: Reference) => Store | undefined): readonly OwnWrite[] {
    const writes = this.#byKey.get(key);
    if (writes === undefined) return [];
    for (const [name, write] of writes) {
      const store = storeOf(write.reference);
      if (store === undefined || write.isKnownTo(store)) writes.delete(name);
    }
    if (writes.size === 0) this.#byKey.delete(key);
    return [...writes.values()];
  }

  /** For a key that will not come again. */
  forget(key: string): void {
    this.#byKey.delete(key);
  }

  get size(): number {
    return this.#byKey.size;
  }
}

function isGone(store: Store, reference: Reference, uid: string): boolean {
  const known = store.get(keyOf(reference))?.metadata;
  return known?.uid !== uid || known.deletionTimestamp !== undefined;
}
