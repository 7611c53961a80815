import type { Milliseconds } from '../../core/decision.ts';

const FAILURES_IN_A_ROW = 3;
const WINDOW = 20;
/** With fewer outcomes than this, the share of failures says nothing. */
const LEAST_OUTCOMES = 5;
const FAILING_SHARE = 0.5;
const OPEN_FOR: Milliseconds = 60_000;
const TRIALS = 3;

/**
 * Keeps calls away from a tool that is down: opens after 3 failures in a row, or when half of at least 5 of the last 20
 * outcomes failed. After 60 s it lets 3 trials through: all must succeed for it to close, one failure opens it again.
 */
export class Breaker {
  #outcomes: readonly boolean[] = [];
  #openUntil: Milliseconds | undefined;
  #trialsLeft = 0;
  #trialsWon = 0;
  #lastFailure = '';

  /** In brackets, what the last failure was; empty where nobody said. */
  get because(): string {
    return this.#lastFailure === '' ? '' : ` (${this.#lastFailure})`;
  }

  /** How long until a call may be tried; 0: now. A call that was let through must be told of by `record`. */
  wait(now: Milliseconds): Milliseconds {
    if (this.#openUntil === undefined) return 0;
    if (now < this.#openUntil) return this.#openUntil - now;
    if (this.#trialsLeft === 0) return OPEN_FOR;
    this.#trialsLeft -= 1;
    return 0;
  }

  record(succeeded: boolean, now: Milliseconds, failure = ''): void {
    if (!succeeded) this.#lastFailure = failure;
    if (this.#openUntil !== undefined) {
      this.#recordTrial(succeeded, now);
      return;
    }
    this.#outcomes = [...this.#outcomes, succeeded].slice(-WINDOW);
    const failures = this.#outcomes.filter((outcome) => !outcome).length;
    const enough = this.#outcomes.length >= LEAST_OUTCOMES && failures / this.#outcomes.length >= FAILING_SHARE;
    const last = this.#outcomes.slice(-FAILURES_IN_A_ROW);
    const inARow = last.length === FAILURES_IN_A_ROW && last.every((outcome) => !outcome);
    if (!succeeded && (enough || inARow)) this.#open(now);
  }

  /** A trial that ended without saying anything of the server: it may be taken again. */
  giveBack(): void {
    if (this.#openUntil !== undefined) this.#trialsLeft = Math.min(TRIALS, this.#trialsLeft + 1);
  }

  #recordTrial(succeeded: boolean, now: Milliseconds): void {
    if (!succeeded) {
      this.#open(now);
      return;
    }
    this.#trialsWon += 1;
    if (this.#trialsWon < TRIALS) return;
    this.#openUntil = undefined;
    this.#outcomes = [];
  }

  #open(now: Milliseconds): void {
    this.#openUntil = now + OPEN_FOR;
    this.#trialsLeft = TRIALS;
    this.#trialsWon = 0;
  }
}
