import type { Milliseconds } from '../core/decision.ts';
import type { Random } from '../ports/random.ts';

/** A time plus or minus 10 %, so that keys and replicas do not move in step. */
export function spread(time: Milliseconds, random: Random): Milliseconds {
  return time * (0.9 + 0.2 * random());
}
