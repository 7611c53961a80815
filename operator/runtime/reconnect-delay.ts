import type { Milliseconds } from '../core/decision.ts';
import type { Random } from '../ports/random.ts';

const FIRST: Milliseconds = 800;
/** At most 10 rounds in a minute of failure (R14), and back at work well within 30 s of its end: client-go's 30 s were too long. */
const CAP: Milliseconds = 10_000;
const HEALTHY_AFTER: Milliseconds = 120_000;

/** How long to wait before the next attempt: 800 ms doubling, up to twice that by chance, 10 s at most; anew after 2 min of health. */
export class ReconnectDelay {
  readonly #random: Random;
  #base: Milliseconds = FIRST;
  #until: Milliseconds = Number.NEGATIVE_INFINITY;

  constructor(random: Random) {
    this.#random = random;
  }

  /** @param now monotonic time of the failure */
  next(now: Milliseconds): Milliseconds {
    if (now - this.#until >= HEALTHY_AFTER) this.#base = FIRST;
    const delay = Math.min(CAP, this.#base * (1 + this.#random()));
    this.#base = Math.min(CAP, this.#base * 2);
    this.#until = now + delay;
    return delay;
  }
}
