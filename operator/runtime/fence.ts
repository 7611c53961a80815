import { abortReasons } from '../api/abort-reasons.ts';
import { Aborted } from '../api/errors.ts';
import type { Milliseconds } from '../core/decision.ts';
import type { Clock } from '../ports/clock.ts';

/**
 * Stands between a leader and the world: open until so long after the start of the last good renewal, then shut for
 * ever. It looks at the clock itself, so that a process which was stopped for a while finds it shut on waking, before
 * any timer has rung.
 */
export class Fence {
  /** Leader epoch: what is recorded under it was intended by this process. */
  readonly epoch: number;
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  #deadline: Milliseconds;
  #cancelTimer: () => void;

  /** @param deadline when it shuts, on the monotonic clock */
  constructor(epoch: number, deadline: Milliseconds, clock: Clock) {
    this.epoch = epoch;
    this.#clock = clock;
    this.#deadline = deadline;
    this.#cancelTimer = this.#setTimer();
  }

  /** Aborts when the fence shuts; its reason is the Aborted that `check` throws from then on. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** @throws Aborted `LeaseLost`, or the reason it was shut for. */
  check(): void {
    if (!this.signal.aborted && this.#clock.monotonic() >= this.#deadline) this.shut(expired());
    this.signal.throwIfAborted();
  }

  extend(deadline: Milliseconds): void {
    if (this.signal.aborted || this.#clock.monotonic() >= this.#deadline) return;
    this.#deadline = Math.max(deadline, this.#deadline);
    this.#cancelTimer();
    this.#cancelTimer = this.#setTimer();
  }

  shut(reason: Aborted): void {
    this.#cancelTimer();
    this.#controller.abort(reason);
  }

  /**
   * Runs work that changes the world only while the fence is open, and aborts it when the fence shuts.
   *
   * Listeners and not `AbortSignal.any`: Node keeps each combined signal that somebody listens to for as long as its
   * longest-lived source, 1 KB for every write of a leader's life.
   */
  async guard<T>(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.check();
    const controller = new AbortController();
    const byCaller = () => controller.abort(signal?.reason);
    const byFence = () => controller.abort(this.signal.reason);
    if (signal?.aborted) byCaller();
    signal?.addEventListener('abort', byCaller, { once: true });
    this.signal.addEventListener('abort', byFence, { once: true });
    try {
      return await work(controller.signal);
    } catch (thrown) {
      this.check();
      throw thrown;
    } finally {
      signal?.removeEventListener('abort', byCaller);
      this.signal.removeEventListener('abort', byFence);
    }
  }

  #setTimer(): () => void {
    return this.#clock.after(this.#deadline - this.#clock.monotonic(), () => this.shut(expired()));
  }
}

function expired(): Aborted {
  return new Aborted(
    abortReasons.leaseLost,
    'the lease could not be renewed in time: another replica may lead, so this one stops writing',
  );
}
