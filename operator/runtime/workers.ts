/**
 * The workers of one room: take keys and run passes over them, so many at a time, each until its deadline. What a pass
 * does is its own; what its result means for the key is `settlement.ts`.
 */
import { Aborted, asCodeError, type CodeError } from '../api/errors.ts';
import type { Milliseconds } from '../core/decision.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Random } from '../ports/random.ts';
import type { Beginnings } from './beginnings.ts';
import type { PassResult } from './pass-result.ts';
import type { Queue } from './queue.ts';
import { RunningPass } from './running-pass.ts';
import { Settlement } from './settlement.ts';
import { spread } from './spread.ts';
import { priorities } from './waiting-line.ts';

const RESYNC: Milliseconds = 10 * 3_600_000;
/** Passes that read the cache only never leave the microtask queue: after so many starts the event loop gets its turn. */
const STARTS_PER_TURN = 32;

/** What a slow effect may take at most, whatever its own deadline says: then the pass is aborted. */
const SLOWEST_EFFECT: Milliseconds = 3_600_000;

/**
 * Runs a slow effect (experts, tools, metric queries), which carries its own deadline. The pass keeps its key and lends
 * its worker meanwhile; it gets a worker back before the promise settles.
 */
export type Lend = <T>(work: () => Promise<T>) => Promise<T>;

/** One pass over one key: settles soon after the signal aborts. */
export type Pass = (key: string, signal: AbortSignal, lend: Lend) => Promise<PassResult>;

export interface WorkersOptions {
  /** Name of the room: the label `controller`. */
  readonly name: string;
  readonly queue: Queue;
  readonly pass: Pass;
  /** Keys of all objects in the store, for the resync. */
  readonly keys: () => Iterable<string>;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly workers?: number;
  /** Passes that may have lent their worker at the same time. */
  readonly lendLimit?: number;
  /** Counts the keys that were begun: told of each that has nothing left to do, or waits for its user. */
  readonly beginnings?: Beginnings;
}

export class Workers {
  readonly #options: WorkersOptions;
  readonly #settlement: Settlement;
  readonly #lendLimit: number;
  readonly #running = new Set<RunningPass>();
  /** Passes that come back from a slow effect: they go before new ones. */
  readonly #returning: (() => void)[] = [];
  #started = false;
  #stopped = false;
  #free: number;
  #lent = 0;
  #woken = false;
  #startsThisTurn = 0;
  #cancelResync: () => void = () => {};
  #drained: () => void = () => {};

  constructor(options: WorkersOptions) {
    const workers = options.workers ?? 10;
    this.#options = options;
    this.#settlement = new Settlement(options);
    this.#free = workers;
    this.#lendLimit = options.lendLimit ?? 200;
    options.queue.whenReady(() => this.#wake());
    options.metrics.gauge('controller_runtime_max_concurrent_reconciles', workers, this.#labels());
  }

  /** Begins to work: to be called once the caches are synced and the lease is held. */
  start(): void {
    if (this.#started || this.#stopped) return;
    this.#started = true;
    this.#scheduleResync();
    this.#wake();
  }

  /** Asks for a pass over every object of the store, behind everything else: the resync, or a new policy bundle. */
  addAll(): void {
    for (const key of this.#options.keys()) this.#options.queue.add(key, priorities.resync);
  }

  /** Refuses keys from now on; passes that run go on, except in a slow effect: nobody waits for an expert to shut down. */
  stop(reason: Aborted): void {
    this.#stopped = true;
    this.#cancelResync();
    this.#options.queue.shutDown();
    this.#options.beginnings?.shutDown();
    for (const pass of this.#running) if (pass.inSlowEffect) pass.abort(reason);
  }

  /** Stops every pass at once. */
  abort(reason: Aborted): void {
    this.stop(reason);
    for (const pass of this.#running) pass.abort(reason);
  }

  /** Resolves when no pass runs any more. */
  async drained(): Promise<void> {
    if (this.#running.size === 0) return;
    await new Promise<void>((resolve) => {
      const before = this.#drained;
      this.#drained = () => {
        before();
        resolve();
      };
    });
  }

  /** How long ago the most belated pass should have ended; negative or zero where none is late. */
  get overdue(): Milliseconds {
    return Math.max(0, ...[...this.#running].map((pass) => pass.overdue));
  }

  /** Brings the gauges up to date: called before each scrape. */
  report(): void {
    this.#options.queue.report();
    const active = this.#running.size - this.#lent;
    this.#options.metrics.gauge('controller_runtime_active_workers', active, this.#labels());
    this.#options.metrics.gauge('code_keys_to_begin', this.#options.beginnings?.waiting ?? 0, this.#labels());
  }

  #wake(): void {
    if (this.#woken) return;
    this.#woken = true;
    // Whoever added the key, a handler of an event perhaps, finishes first.
    queueMicrotask(() => {
      this.#woken = false;
      this.#startPasses();
    });
  }

  #startPasses(): void {
    while (this.#started && !this.#stopped && this.#free > 0 && this.#startsThisTurn < STARTS_PER_TURN) {
      const taken = this.#options.queue.take();
      if (taken === undefined) return;
      if (this.#startsThisTurn++ === 0) {
        void this.#options.clock.sleep(0).then(() => {
          this.#startsThisTurn = 0;
          this.#wake();
        });
      }
      this.#free--;
      void this.#run(new RunningPass(taken, this.#options.clock));
    }
  }

  async #run(pass: RunningPass): Promise<void> {
    const { clock, queue, metrics } = this.#options;
    this.#running.add(pass);
    const result = await this.#resultOf(pass);
    pass.end();
    metrics.observe(
      'controller_runtime_reconcile_time_seconds',
      (clock.monotonic() - pass.since) / 1_000,
      this.#labels(),
    );
    const label = this.#settlement.settle(pass.taken, pass.startedAt, result);
    metrics.count('controller_runtime_reconcile_total', { ...this.#labels(), result: label });
    this.#running.delete(pass);
    queue.done(pass.taken.key);
    if (result.kind === 'done' || result.kind === 'stuck') this.#options.beginnings?.end(pass.taken.key);
    this.#release();
    if (this.#running.size === 0) this.#drained();
  }

  async #resultOf(pass: RunningPass): Promise<PassResult> {
    try {
      const result = await this.#options.pass(pass.taken.key, pass.signal, (work) => this.#lend(pass, work));
      return result.kind === 'failed' && pass.signal.aborted ? failed(pass.signal, result.error) : result;
    } catch (thrown) {
      return failed(pass.signal, asCodeError(thrown));
    }
  }

  async #lend<T>(pass: RunningPass, work: () => Promise<T>): Promise<T> {
    // Beyond the limit a pass keeps its worker: the flood of slow effects then holds itself up.
    if (this.#lent >= this.#lendLimit) return pass.rest(SLOWEST_EFFECT, work);
    this.#lent++;
    this.#release();
    try {
      return await pass.rest(SLOWEST_EFFECT, work);
    } finally {
      this.#lent--;
      await this.#regain();
    }
  }

  #release(): void {
    const next = this.#returning.shift();
    if (next !== undefined) {
      next();
      return;
    }
    this.#free++;
    this.#wake();
  }

  async #regain(): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    await new Promise<void>((resolve) => {
      this.#returning.push(resolve);
    });
  }

  #scheduleResync(): void {
    this.#cancelResync = this.#options.clock.after(spread(RESYNC, this.#options.random), () => {
      this.addAll();
      this.#scheduleResync();
    });
  }

  #labels(): { controller: string } {
    return { controller: this.#options.name };
  }
}

/** What fails after the pass was aborted fails because it was aborted, whatever the layers between made of it. */
function failed(signal: AbortSignal, error: CodeError): PassResult {
  const { reason } = signal;
  return { kind: 'failed', error: signal.aborted && reason instanceof Aborted ? reason : error };
}
