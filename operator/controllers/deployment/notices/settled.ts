import type { NoticeTo } from '../../../api/generated/deployment.ts';
import type { Outcomes } from '../../../core/action.ts';
import { bounded } from '../../../core/conditions.ts';
import type { Milliseconds } from '../../../core/decision.ts';
import { digest } from '../../../core/hash.ts';

/** With what follows they span more than half an hour. */
export const TRIES = 12;
const FIRST: Milliseconds = 2_000;
const LONGEST: Milliseconds = 600_000;
const MESSAGE = 256;

/** What one try made of a letter that was pending. */
export function settled(
  id: string,
  to: NoticeTo,
  outcome: Exclude<Outcomes['notify'], { readonly state: 'sending' }>,
  now: Milliseconds,
): NoticeTo {
  const { sink, attempts = 0 } = to;
  if (outcome.state === 'sent') return { sink, state: 'Sent' };
  const tried = attempts + 1;
  const message = bounded(outcome.message, MESSAGE);
  if (outcome.state === 'refused' || tried >= TRIES) return { sink, state: 'GivenUp', attempts: tried, message };
  const pause = Math.max(backoff(`${id}/${sink}`, tried), outcome.after ?? 0);
  return { sink, state: 'Pending', attempts: tried, next: wholeSecond(now + pause), message };
}

/** Doubles, and is spread by a quarter either way: what failed together does not come again together. */
function backoff(letter: string, tried: number): Milliseconds {
  const spread = 0.75 + Number.parseInt(digest({ letter, tried }).slice(0, 4), 16) / 131_072;
  return Math.min(LONGEST, FIRST * 2 ** (tried - 1)) * spread;
}

/** Never before the time that was asked for. */
const wholeSecond = (at: Milliseconds) => new Date(Math.ceil(at / 1_000) * 1_000).toISOString().replace('.000Z', 'Z');
