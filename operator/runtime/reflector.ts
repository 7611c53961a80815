import { asCodeError, Bug, type CodeError, Denied, InvalidSpec, NotFound, Upstream } from '../api/errors.ts';
import type { Milliseconds } from '../core/decision.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Random } from '../ports/random.ts';
import { Changes } from './changes.ts';
import type { Feed, FeedEvent } from './feed.ts';
import { ReconnectDelay } from './reconnect-delay.ts';
import { cacheMisses } from './safety-relist.ts';
import { OBJECTS_A_TURN, type Store } from './store.ts';
import type { Table } from './table.ts';
import { Watchdog } from './watchdog.ts';

export interface ReflectorParts {
  readonly store: Store;
  readonly feed: Feed;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Shortest and longest time a watch asks for. */
  readonly watchSeconds?: readonly [number, number];
}

const WATCH_SECONDS = [300, 600] as const;
const SAFETY_RELIST: readonly [Milliseconds, Milliseconds] = [600_000, 1_800_000];
/** Bookmarks come each minute. */
const SILENCE: Milliseconds = 90_000;
/** A kind that a cluster may do without is looked for again this long after it was missed. */
const MISSING: Milliseconds = 10_000;
/** A watch that ends sooner, having brought nothing, did not work. */
const SHORT: Milliseconds = 1_000;

/**
 * Keeps one store as the API server has it, for as long as the process lives (runtime.md section 5): list, replace, watch
 * from there, and after any failure again, sooner or later; nothing but the signal ends it (R16).
 */
export class Reflector {
  readonly #parts: ReflectorParts;
  readonly #delay: ReconnectDelay;
  readonly #changes = new Changes();
  readonly #labels: { readonly resource: string };
  /** What the next round begins with: everything, or the changes since the store's version. */
  #empty = true;
  #synced = false;
  #trouble: string | undefined;
  #refused = false;
  #absent = false;
  /** Whether a whole list was read once. */
  #listed = false;
  /** Whether the server can list by watching; false once it refused. */
  #watchList = true;
  /** Whether this server sends bookmarks, so that silence means something. */
  #bookmarks = false;
  #connection: AbortController | undefined;

  constructor(parts: ReflectorParts) {
    this.#parts = parts;
    this.#delay = new ReconnectDelay(parts.random);
    this.#labels = { resource: parts.store.definition.resource };
  }

  /** True while the store is complete and can be kept so: false before the first list, and without the kind or the right to it. */
  get synced(): boolean {
    return this.#synced;
  }

  /** Why the last attempt failed, in words; `undefined` while all is well. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** An admin must act before it can sync: the kind is not defined yet, or the right to list it is not granted. */
  get refused(): boolean {
    return this.#refused;
  }

  /** The API server does not define this kind, and may: the store is empty, and complete as far as it can be. */
  get absent(): boolean {
    return this.#absent;
  }

  whenSynced(signal: AbortSignal): Promise<void> {
    return this.#changes.until(() => this.#synced, signal);
  }

  /** Resolves when the signal is aborted, never before. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#reflect(signal), this.#doubt(signal)]);
  }

  async #reflect(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#round(signal);
      } catch (thrown) {
        if (signal.aborted) return;
        const error = asCodeError(thrown);
        await this.#pause(this.#isMissing(error) ? await this.#doWithout() : this.#failed(error), signal);
      }
    }
  }

  async #round(signal: AbortSignal): Promise<void> {
    if (!this.#empty) return this.#watch(signal);
    if (this.#listed) this.#count('relists');
    this.#count('lists');
    if (this.#watchList) return this.#watch(signal, this.#parts.store.empty());
    const { table, version } = await this.#pages(signal);
    await this.#replace(table, version);
    return this.#watch(signal);
  }

  async #pages(signal: AbortSignal): Promise<{ table: Table; version: string }> {
    const { store, feed, clock } = this.#parts;
    const table = store.empty();
    let next: string | undefined;
    for (let count = 0; ; ) {
      const page = await feed.page(next, signal);
      for (const object of page.objects) {
        table.put(store.prepare(object));
        if (++count % OBJECTS_A_TURN === 0) await clock.sleep(0);
      }
      next = page.next;
      if (next === undefined) return { table, version: page.version };
    }
  }

  async #replace(table: Table, version: string): Promise<void> {
    const gone = await this.#parts.store.replace(table, version);
    if (gone > 0) this.#parts.metrics.count('code_informer_gap_deletes_total', this.#labels, gone);
    [this.#empty, this.#listed] = [false, true];
    this.#well();
  }

  /** One watch to its end; with a table it lists first. Returns where the end was due, throws where it was not. */
  async #watch(signal: AbortSignal, initial?: Table): Promise<void> {
    const { store, feed, clock, random } = this.#parts;
    const [shortest, longest] = this.#parts.watchSeconds ?? WATCH_SECONDS;
    const seconds = Math.round(shortest + (longest - shortest) * random());
    const connection = new AbortController();
    this.#connection = connection;
    const patience = (): Milliseconds => (this.#bookmarks || initial ? SILENCE : (seconds + 30) * 1000);
    const watchdog = new Watchdog(clock, patience, () => connection.abort(silent()));
    const opened = clock.monotonic();
    let [listing, count] = [initial, 0];
    try {
      this.#count('watches');
      const version = listing === undefined ? store.version : undefined;
      const events = await feed.watch(version, seconds, AbortSignal.any([signal, connection.signal]));
      if (listing === undefined) this.#well();
      for await (const event of events) {
        watchdog.feed();
        listing = await this.#take(event, listing);
        if (++count % OBJECTS_A_TURN === 0) await clock.sleep(0);
      }
    } catch (error) {
      if (listing !== undefined && cannotWatchList(error, count)) return this.#withoutWatchList();
      throw error;
    } finally {
      watchdog.stop();
      connection.abort();
    }
    const lived = clock.monotonic() - opened;
    if (lived < SHORT && count === 0) this.#count('short_watches');
    if (lived < 900 * seconds) throw endedEarly();
  }

  /** Returns the table that is still being filled, or nothing once the store is complete. */
  async #take(event: FeedEvent, listing: Table | undefined): Promise<Table | undefined> {
    const { store, clock, metrics } = this.#parts;
    if (event.type === 'error') throw event.error;
    if (event.type === 'bookmark') {
      this.#bookmarks = true;
      if (listing === undefined) store.bookmark(event.version);
      else if (event.initialEventsEnd) {
        await this.#replace(listing, event.version);
        return undefined;
      }
      return listing;
    }
    const object = store.prepare(event.object);
    if (listing !== undefined) {
      listing.put(object);
      return listing;
    }
    if (event.type === 'put') store.put(object, event.version);
    else store.remove(object, event.version);
    metrics.gauge('code_informer_last_event_timestamp', clock.now() / 1000, this.#labels);
    metrics.gauge('code_informer_cache_objects', store.size, this.#labels);
    return undefined;
  }

  #withoutWatchList(): void {
    this.#watchList = false;
    this.#parts.log.info('the API server cannot list by watching; lists are read in pages', this.#labels);
  }

  #isMissing(error: CodeError): boolean {
    return this.#parts.store.definition.optional === true && error instanceof NotFound;
  }

  /** Returns how long to wait before the kind is looked for again. */
  async #doWithout(): Promise<Milliseconds> {
    const { store, log } = this.#parts;
    if (!this.#absent)
      log.info('this cluster does not define a kind; deliveries that ask for it are told', this.#labels);
    [this.#absent, this.#empty, this.#refused, this.#trouble] = [true, true, false, undefined];
    if (store.size > 0) await store.replace(store.empty(), store.version);
    this.#setSynced(true);
    return MISSING;
  }

  /** Notes what failed and returns how long to wait. */
  #failed(error: CodeError): Milliseconds {
    const { clock, log } = this.#parts;
    this.#count('watch_errors');
    this.#trouble = error.message;
    this.#refused = error instanceof NotFound || (error instanceof Denied && error.reason === 'Forbidden');
    if (this.#refused) this.#setSynced(false);
    if (isUseless(error)) this.#empty = true;
    const delay = this.#delay.next(clock.monotonic());
    const asked = typeof error.retry === 'object' ? error.retry.afterMilliseconds : 0;
    const wait = Math.max(delay, asked);
    const fields = { ...this.#labels, reason: error.reason, waitMilliseconds: Math.round(wait) };
    if (error instanceof Bug)
      log.error(`a cache failed by a fault of ours: ${error.message}`, { ...fields, stack: error.stack });
    else log.warn(`a cache is behind: ${error.message}`, fields);
    return wait;
  }

  #well(): void {
    const { store, metrics } = this.#parts;
    this.#trouble = undefined;
    this.#refused = false;
    this.#absent = false;
    metrics.gauge('code_informer_cache_objects', store.size, this.#labels);
    this.#setSynced(true);
  }

  #setSynced(synced: boolean): void {
    this.#synced = synced;
    this.#parts.metrics.gauge('code_informer_synced', synced ? 1 : 0, this.#labels);
    this.#changes.notify();
  }

  /** Every 10-30 min compares the store with a fresh list, and lists again where they differ: then something was lost. */
  async #doubt(signal: AbortSignal): Promise<void> {
    const { clock, random, metrics, store, feed, log } = this.#parts;
    const [shortest, longest] = SAFETY_RELIST;
    while (!signal.aborted) {
      await this.#pause(shortest + (longest - shortest) * random(), signal);
      if (signal.aborted || !this.#synced) continue;
      try {
        const misses = await cacheMisses(store, feed, clock, signal);
        metrics.count('code_cache_miss_total', this.#labels, misses);
        if (misses > 0)
          this.#connection?.abort(
            new Upstream('Expired', `the cache differed from the API server in ${misses} objects`),
          );
      } catch (thrown) {
        if (!signal.aborted)
          log.warn(`could not compare a cache with the API server: ${asCodeError(thrown).message}`, this.#labels);
      }
    }
  }

  async #pause(delay: Milliseconds, signal: AbortSignal): Promise<void> {
    await this.#parts.clock.sleep(delay, signal).catch(() => undefined); // aborted: the loop looks at the signal
  }

  #count(what: 'lists' | 'watches' | 'watch_errors' | 'relists' | 'short_watches'): void {
    this.#parts.metrics.count(`code_informer_${what}_total`, this.#labels);
  }
}

/** Refused, or answered with objects and then silence: a server that does not know how. */
const cannotWatchList = (error: unknown, events: number): boolean =>
  error instanceof InvalidSpec || (error instanceof Upstream && error.reason === 'Silent' && events > 0);

/** After these the version that was reached is worth nothing: 410, the kind is gone, the server refuses the question, our own fault. */
const isUseless = (error: CodeError): boolean =>
  error instanceof NotFound || error instanceof InvalidSpec || error instanceof Bug || error.reason === 'Expired';

const silent = (): Upstream =>
  new Upstream('Silent', 'a watch brought nothing for too long, not even a bookmark: its connection is taken for dead');

const endedEarly = (): Upstream => new Upstream('EndedEarly', 'the API server ended a watch before its time');
