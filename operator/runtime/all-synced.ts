import { Upstream } from '../api/errors.ts';
import type { Milliseconds } from '../core/decision.ts';
import type { Clock } from '../ports/clock.ts';
import type { CacheState } from './caches.ts';

const LIMIT: Milliseconds = 2 * 60_000;
const LOOK_PERIOD: Milliseconds = 100;

export interface Syncing {
  readonly states: readonly CacheState[];
}

/**
 * Resolves when every cache is complete: no worker may run before. A cache that is refused (its kind is not defined, the
 * right to list it is not granted) is waited for without limit, unready, since only an admin can help and will.
 * @throws Upstream `CachesNotSynced` after 2 minutes in which another cache did not sync: the process must end, so
 * that it is seen and started anew. Rejects with the signal's reason.
 */
export async function allSynced(caches: Syncing, clock: Clock, signal: AbortSignal): Promise<void> {
  let since = clock.monotonic();
  for (;;) {
    const waiting = caches.states.filter(({ synced }) => !synced);
    if (waiting.length === 0) return;
    const slow = waiting.filter(({ refused }) => !refused);
    if (slow.length === 0) since = clock.monotonic();
    if (clock.monotonic() - since >= LIMIT) {
      const message = `could not fill the caches within ${LIMIT / 60_000} minutes: ${unsynced(slow).join('; ')}`;
      throw new Upstream('CachesNotSynced', message);
    }
    await clock.sleep(LOOK_PERIOD, signal);
  }
}

/** Each cache that is not complete, with the reason where one is known: for readiness and for the error. */
export function unsynced(states: readonly CacheState[]): readonly string[] {
  return states
    .filter(({ synced }) => !synced)
    .map(({ resource, trouble }) => (trouble === undefined ? resource : `${resource} (${trouble})`));
}
