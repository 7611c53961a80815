/**
 * The work queue of one room (runtime.md section 6): keys, never objects. A key is in it once however often it is added,
 * is processed by one worker at a time, and is processed again when it is added meanwhile. The caller takes, works,
 * says `done`.
 */
import type { Milliseconds } from '../core/decision.ts';
import type { Clock } from '../ports/clock.ts';
import type { Metrics } from '../ports/metrics.ts';
import { type Priority, priorities, WaitingLine } from './waiting-line.ts';

const FIRST_BACKOFF: Milliseconds = 5;
const LONGEST_BACKOFF: Milliseconds = 1_000_000;
/** Node fires timers beyond 2^31 - 1 ms at once; a key that is woken too early just waits again. */
const LONGEST_TIMER: Milliseconds = 24 * 3_600_000;
const MILLISECONDS = 1_000;

export interface QueueOptions {
  /** Name of the room: the labels `name` and `controller` of the metrics. */
  readonly name: string;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** The fairness group of a key: its tenant, else its namespace. */
  readonly groupOf: (key: string) => string;
}

export interface Taken {
  readonly key: string;
  readonly priority: Priority;
}

interface Dirty {
  priority: Priority;
  readonly underWay: boolean;
  readonly since: Milliseconds;
}

interface Timer {
  readonly at: Milliseconds;
  readonly cancel: () => void;
}

export class Queue {
  readonly #options: QueueOptions;
  readonly #line: WaitingLine;
  /** Keys that need a pass; those that are processed now wait for `done` outside the line. */
  readonly #dirty = new Map<string, Dirty>();
  readonly #processing = new Map<string, { readonly priority: Priority; readonly since: Milliseconds }>();
  readonly #timers = new Map<string, Timer>();
  readonly #failures = new Map<string, number>();
  #ready: () => void = () => {};
  #closed = false;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#line = new WaitingLine(options.groupOf);
  }

  /** The one listener that is told, synchronously, each time a key may be taken. */
  whenReady(listener: () => void): void {
    this.#ready = listener;
  }

  /** Keys that wait or are processed. */
  get size(): number {
    return new Set([...this.#dirty.keys(), ...this.#processing.keys()]).size;
  }

  /** Entries of every map inside: none may outlive its object (R42). */
  get footprint(): number {
    return this.#dirty.size + this.#processing.size + this.#timers.size + this.#failures.size;
  }

  get processing(): number {
    return this.#processing.size;
  }

  /**
   * Asks for a pass over the key as soon as it is its turn. A key that waits already keeps the higher priority.
   * @param underWay what was begun goes on before other keys of its group begin
   */
  add(key: string, priority: Priority = priorities.change, underWay = false): void {
    if (this.#closed) return;
    const waiting = this.#dirty.get(key);
    if (waiting !== undefined) {
      if (priority > waiting.priority) {
        waiting.priority = priority;
        if (!this.#processing.has(key)) this.#line.add(key, priority, waiting.underWay);
      }
      return;
    }
    this.#dirty.set(key, { priority, underWay, since: this.#options.clock.monotonic() });
    this.#options.metrics.count('workqueue_adds_total', this.#labels(priority));
    if (!this.#processing.has(key)) this.#enter(key, priority, underWay);
  }

  /** Asks for a pass after the delay. One timer a key: the earlier time wins, and a pass that starts before it cancels it. */
  addAfter(key: string, delay: Milliseconds, priority: Priority = priorities.retry, underWay = false): void {
    if (this.#closed) return;
    if (delay <= 0) {
      this.add(key, priority, underWay);
      return;
    }
    const clock = this.#options.clock;
    const wait = Math.min(delay, LONGEST_TIMER);
    const at = clock.monotonic() + wait;
    const timer = this.#timers.get(key);
    if (timer !== undefined && timer.at <= at) return;
    timer?.cancel();
    const cancel = clock.after(wait, () => {
      this.#timers.delete(key);
      this.add(key, priority, underWay);
    });
    this.#timers.set(key, { at, cancel });
  }

  /** Asks for a pass after this key's backoff, or after `atLeast` where that is longer. */
  addRateLimited(key: string, atLeast: Milliseconds = 0): void {
    if (this.#closed) return;
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.#options.metrics.count('workqueue_retries_total', this.#labels(priorities.retry));
    this.addAfter(key, Math.max(atLeast, Math.min(FIRST_BACKOFF * 2 ** failures, LONGEST_BACKOFF)), priorities.retry);
  }

  /** Forgets the failures of a key: its next backoff is the first again. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** The key whose turn it is; it must be given back with `done`. */
  take(): Taken | undefined {
    const key = this.#line.next();
    const dirty = key === undefined ? undefined : this.#dirty.get(key);
    if (key === undefined || dirty === undefined) return undefined;
    this.#dirty.delete(key);
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
    const now = this.#options.clock.monotonic();
    this.#processing.set(key, { priority: dirty.priority, since: now });
    const labels = this.#labels(dirty.priority);
    this.#options.metrics.observe('workqueue_queue_duration_seconds', (now - dirty.since) / MILLISECONDS, labels);
    return { key, priority: dirty.priority };
  }

  /** Gives a taken key back; it queues again at once when it was added meanwhile. */
  done(key: string): void {
    const work = this.#processing.get(key);
    if (work === undefined) return;
    this.#processing.delete(key);
    const seconds = (this.#options.clock.monotonic() - work.since) / MILLISECONDS;
    this.#options.metrics.observe('workqueue_work_duration_seconds', seconds, this.#labels(work.priority));
    const dirty = this.#dirty.get(key);
    if (dirty !== undefined) this.#enter(key, dirty.priority, dirty.underWay);
  }

  /**
   * Refuses adds from now on and drops what waits: the next process lists everything anyway, and a leader that drains a
   * long line keeps its successor waiting. Keys that are processed are still given back with `done`.
   */
  shutDown(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#dirty.clear();
    this.#failures.clear();
    this.#line.clear();
  }

  /** Brings the gauges up to date: called before each scrape. */
  report(): void {
    const { name, clock, metrics } = this.#options;
    const now = clock.monotonic();
    const seconds = [...this.#processing.values()].map((work) => (now - work.since) / MILLISECONDS);
    const unfinished = seconds.reduce((sum, each) => sum + each, 0);
    const labels = { name, controller: name };
    metrics.gauge('workqueue_unfinished_work_seconds', unfinished, labels);
    metrics.gauge('workqueue_longest_running_processor_seconds', Math.max(0, ...seconds), labels);
    for (const priority of Object.values(priorities)) {
      metrics.gauge('workqueue_depth', this.#line.depth(priority), this.#labels(priority));
    }
  }

  #enter(key: string, priority: Priority, underWay: boolean): void {
    this.#line.add(key, priority, underWay);
    this.#ready();
  }

  #labels(priority: Priority): { name: string; controller: string; priority: string } {
    return { name: this.#options.name, controller: this.#options.name, priority: String(priority) };
  }
}
