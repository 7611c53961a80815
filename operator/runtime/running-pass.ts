import { abortReasons } from '../api/abort-reasons.ts';
import { Aborted } from '../api/errors.ts';
import type { Milliseconds } from '../core/decision.ts';
import type { Clock } from '../ports/clock.ts';
import type { Taken } from './queue.ts';

/** Reads and API writes of one pass together. */
export const PASS_DEADLINE: Milliseconds = 60_000;

/** One pass under way: its abort signal and its deadline, which rests while a slow effect has a limit of its own. */
export class RunningPass {
  readonly taken: Taken;
  /** Unix time. */
  readonly startedAt: Milliseconds;
  readonly since: Milliseconds;
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  #deadline: Milliseconds;
  #cancelTimer: () => void;
  #slowEffects = 0;

  constructor(taken: Taken, clock: Clock) {
    this.taken = taken;
    this.startedAt = clock.now();
    this.since = clock.monotonic();
    this.#clock = clock;
    this.#deadline = this.since + PASS_DEADLINE;
    this.#cancelTimer = this.#setTimer();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get inSlowEffect(): boolean {
    return this.#slowEffects > 0;
  }

  /** How long ago the pass should have ended; negative while it may still run. */
  get overdue(): Milliseconds {
    return this.#clock.monotonic() - this.#deadline;
  }

  abort(reason: Aborted): void {
    this.#controller.abort(reason);
  }

  /** Runs a slow effect: what was left of the deadline is left again after it. */
  async rest<T>(limit: Milliseconds, work: () => Promise<T>): Promise<T> {
    const before = this.#clock.monotonic();
    this.#moveDeadline(limit);
    this.#slowEffects++;
    try {
      return await work();
    } finally {
      this.#slowEffects--;
      this.#moveDeadline(this.#clock.monotonic() - before - limit);
    }
  }

  end(): void {
    this.#cancelTimer();
  }

  #moveDeadline(by: Milliseconds): void {
    this.#deadline += by;
    this.#cancelTimer();
    this.#cancelTimer = this.#setTimer();
  }

  #setTimer(): () => void {
    const { key } = this.taken;
    const message = `the pass over ${key} took longer than it may and was stopped; it is tried again`;
    return this.#clock.after(this.#deadline - this.#clock.monotonic(), () =>
      this.abort(new Aborted(abortReasons.deadlinePassed, message)),
    );
  }
}
