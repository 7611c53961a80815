import type { Milliseconds } from '../core/decision.ts';
import type { Clock } from '../ports/clock.ts';

/** Barks when nobody has fed it for a while: for connections that are half open and look merely idle (R15). */
export class Watchdog {
  readonly #clock: Clock;
  readonly #bark: () => void;
  readonly #patience: () => Milliseconds;
  #fedAt: Milliseconds;
  #cancel: () => void;

  /** @param patience how long it waits; asked again each time, as it may change */
  constructor(clock: Clock, patience: () => Milliseconds, bark: () => void) {
    this.#clock = clock;
    this.#patience = patience;
    this.#bark = bark;
    this.#fedAt = clock.monotonic();
    this.#cancel = clock.after(patience(), () => this.#look());
  }

  feed(): void {
    this.#fedAt = this.#clock.monotonic();
  }

  stop(): void {
    this.#cancel();
  }

  /** One timer however often it is fed. */
  #look(): void {
    const left = this.#fedAt + this.#patience() - this.#clock.monotonic();
    if (left <= 0) this.#bark();
    else this.#cancel = this.#clock.after(left, () => this.#look());
  }
}
