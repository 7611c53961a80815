import type { Milliseconds } from '../core/decision.ts';
import type { Clock } from '../ports/clock.ts';

/** Until something changed, or so long, whichever comes first; no timer is left behind to keep the process alive. */
export async function lookAgain(
  clock: Clock,
  changed: Promise<void>,
  longest: Milliseconds,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  try {
    await Promise.race([changed, clock.sleep(longest, AbortSignal.any([over.signal, signal]))]);
  } finally {
    over.abort();
  }
}
