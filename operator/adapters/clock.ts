import type { Milliseconds } from '../core/decision.ts';
import type { Clock } from '../ports/clock.ts';

/** Longest delay a Node timer can hold; a longer one is split. */
const LONGEST = 2_147_483_647;

/** The time of this machine. */
export const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep,
  after,
};

function after(delay: Milliseconds, callback: () => void): () => void {
  let timer: NodeJS.Timeout;
  const set = (left: Milliseconds): void => {
    const part = Math.min(Math.max(0, left), LONGEST);
    timer = setTimeout(() => (left > LONGEST ? set(left - LONGEST) : callback()), part);
  };
  set(delay);
  return () => clearTimeout(timer);
}

/** Through `setImmediate` where the delay is 0: a timer would cost a millisecond each time. */
function sleep(delay: Milliseconds, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.reject(signal.reason);
  if (delay <= 0) return new Promise((resolve) => setImmediate(resolve));
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = after(delay, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}
