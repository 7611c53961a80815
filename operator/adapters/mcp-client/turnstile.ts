import { Upstream } from '../../api/errors.ts';

/** Lets `atOnce` calls through and keeps at most `queued` waiting, in order: one slow server fills its own queue only. */
export class Turnstile {
  readonly #atOnce: number;
  readonly #queued: number;
  #inside = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number, queued: number) {
    this.#atOnce = atOnce;
    this.#queued = queued;
  }

  /** @throws Upstream `ToolBusy` at once where the queue is full; the signal's reason where it aborts while waiting. */
  async pass<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#enter(signal);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#inside < this.#atOnce) {
      this.#inside += 1;
      return;
    }
    if (this.#waiting.length >= this.#queued)
      throw new Upstream('ToolBusy', `${this.#queued} calls wait for this server already`);
    await new Promise<void>((resolve, reject) => {
      const turn = (): void => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        reject(signal.reason);
      };
      this.#waiting.push(turn);
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** A place that is given on stays taken. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#inside -= 1;
    else next();
  }
}
