import { setTimeout as delay } from 'node:timers/promises';

/** Thrown when a condition did not come true in time; the message names the condition. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

/** The only timer tests may use: between two looks at a condition. Milliseconds. */
const BETWEEN_LOOKS = 40;

/**
 * Looks at a condition until it holds and returns what it found.
 *
 * @param what the condition, in words that complete "waited in vain until ..."; a function adds what was last seen
 * @param deadline milliseconds after which waiting is given up with DeadlinePassed
 * @param poll returns what was found, or undefined or false to be asked again; what it throws ends the wait
 */
export async function until<T>(
  what: string | (() => string),
  deadline: number,
  poll: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const start = performance.now();
  for (;;) {
    const found = await poll();
    if (found !== undefined && found !== false) return found;
    if (performance.now() - start > deadline) {
      throw new DeadlinePassed(`waited in vain for ${deadline} ms until ${typeof what === 'string' ? what : what()}`);
    }
    await delay(BETWEEN_LOOKS);
  }
}
