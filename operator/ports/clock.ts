import type { Milliseconds } from '../core/decision.ts';

/** Time as an argument: tests bring a virtual one. */
export interface Clock {
  /** Unix time. */
  now(): Milliseconds;
  /** Never goes back: for deadlines and leases. */
  monotonic(): Milliseconds;
  /** Resolves after the delay, rejects with the signal's reason when aborted. A delay of 0 gives the event loop one turn. */
  sleep(delay: Milliseconds, signal?: AbortSignal): Promise<void>;
  /** Calls back once after the delay; the returned function cancels it. */
  after(delay: Milliseconds, callback: () => void): () => void;
}
