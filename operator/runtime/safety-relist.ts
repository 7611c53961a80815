import type { KubeObject } from '../api/objects.ts';
import { keyOf } from '../api/resources.ts';
import type { Milliseconds } from '../core/decision.ts';
import type { Clock } from '../ports/clock.ts';
import type { Feed } from './feed.ts';
import { isAsNew } from './resource-version.ts';
import { OBJECTS_A_TURN, type Store } from './store.ts';

/** A quiet kind learns its version by a bookmark, once a minute. */
const CATCH_UP_WITHIN: Milliseconds = 120_000;

/**
 * In how many objects the store differs from a fresh list. What changed between list and comparison is no difference: only
 * what the store ought to know by its own version is.
 */
export async function cacheMisses(store: Store, feed: Feed, clock: Clock, signal: AbortSignal): Promise<number> {
  const deletedSince = new Set<string | undefined>();
  const unsubscribe = store.subscribe((event) => {
    if (event.type === 'deleted') deletedSince.add(event.object.metadata.uid);
  });
  const timeUp = new AbortController();
  let cancel = (): void => {};
  try {
    const listed = new Map<string, string>();
    let misses = 0;
    let next: string | undefined;
    let version: string;
    const suspects: KubeObject['metadata'][] = [];
    do {
      const page = await feed.page(next, signal);
      for (const { metadata } of page.objects) {
        listed.set(keyOf(metadata), metadata.uid ?? '');
        const known = store.get(keyOf(metadata))?.metadata;
        if (known?.uid !== metadata.uid || !isAsNew(known?.resourceVersion ?? '', metadata.resourceVersion ?? ''))
          suspects.push(metadata);
        if (listed.size % OBJECTS_A_TURN === 0) await clock.sleep(0);
      }
      ({ next, version } = { next: page.next, version: page.version });
    } while (next !== undefined);
    cancel = clock.after(CATCH_UP_WITHIN, () =>
      timeUp.abort(new Error('the watch did not reach the version of the list in time')),
    );
    await store.waitFor(version, AbortSignal.any([signal, timeUp.signal]));
    for (const metadata of suspects) {
      const known = store.get(keyOf(metadata))?.metadata;
      if (known?.uid === metadata.uid && isAsNew(known?.resourceVersion ?? '', metadata.resourceVersion ?? ''))
        continue;
      if (!deletedSince.has(metadata.uid)) misses++;
    }
    for (const [key, { metadata }] of store.entries()) {
      if (!listed.has(key) && isAsNew(version, metadata.resourceVersion ?? '')) misses++;
    }
    return misses;
  } finally {
    cancel();
    unsubscribe();
  }
}
