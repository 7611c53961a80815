import type { Milliseconds } from '../../operator/core/decision.ts';
import type { Clock } from '../../operator/ports/clock.ts';

interface Timer {
  readonly at: Milliseconds;
  readonly order: number;
  readonly ring: () => void;
}

/** Turns of the event loop given to the code under test before and after each timer: enough for chains of promises. */
const TURNS = 4;

/**
 * Time that moves only when a test says so: timers ring in order of their time, and promises settle between two of them.
 * A sleep of 0 is a turn of the real event loop and needs no advance.
 */
export class VirtualClock implements Clock {
  #now: Milliseconds;
  readonly #start: Milliseconds;
  #order = 0;
  readonly #timers = new Set<Timer>();

  constructor(start: Milliseconds = Date.UTC(2026, 0, 1)) {
    this.#now = start;
    this.#start = start;
  }

  now(): Milliseconds {
    return this.#now;
  }

  monotonic(): Milliseconds {
    return this.#now - this.#start;
  }

  /** How long from now each timer that is set will ring, soonest first. */
  get waiting(): readonly Milliseconds[] {
    return [...this.#timers].map((timer) => timer.at - this.#now).sort((a, b) => a - b);
  }

  after(delay: Milliseconds, callback: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, delay), order: this.#order++, ring: callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  sleep(delay: Milliseconds, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (delay <= 0) return turn();
    return new Promise((resolve, reject) => {
      const abort = () => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = this.after(delay, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Moves time on, ringing every timer that comes due on the way, also those set on the way. */
  async advance(by: Milliseconds): Promise<void> {
    const target = this.#now + by;
    for (;;) {
      await settle();
      const next = this.#next();
      if (next === undefined || next.at > target) break;
      this.#now = Math.max(this.#now, next.at);
      this.#timers.delete(next);
      next.ring();
    }
    this.#now = target;
    await settle();
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (next === undefined || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) next = timer;
    }
    return next;
  }
}

/** Lets everything that is ready to run do so, without moving time. */
export async function settle(): Promise<void> {
  for (let count = 0; count < TURNS; count++) await turn();
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
