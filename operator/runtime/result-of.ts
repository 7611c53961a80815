/** What a pass means for its key: when it has to run again. */
import type { Milliseconds } from '../core/decision.ts';
import type { Laws } from '../core/laws.ts';
import type { Trail } from '../core/trail.ts';
import type { PassResult } from './pass-result.ts';

/** No back-off keeps what is late longer from its end, once others have mended the cause. */
const LATE_AGAIN: Milliseconds = 30_000;

export function resultOf(trail: Trail): PassResult {
  const turn = trail.turns.at(-1);
  const last = trail.standing.at(-1)?.decision;
  if (turn?.failure !== undefined) {
    const { until } = turn.decision;
    return { kind: 'failed', error: turn.failure, ...(until === undefined ? {} : { until }) };
  }
  if (last === undefined || last.kind === 'done') return restOf(trail);
  if (last.kind === 'act') {
    if (turn?.verdict.allowed !== false) return { kind: 'again' };
    return { kind: 'stuck', denied: true, ...(last.until === undefined ? {} : { until: last.until }) };
  }
  if (last.kind === 'stuck' && last.until === undefined) return { kind: 'stuck', denied: false };
  return { kind: 'wait', ...(last.until === undefined ? {} : { until: last.until }) };
}

/** What the step beside the sentence has to be asked again for ends no wait of the others, and no failure. */
export function sooner(result: PassResult, until: Milliseconds | undefined, { now }: Laws): PassResult {
  if (until === undefined || result.kind === 'again' || result.kind === 'failed') return result;
  if (until <= now) return { kind: 'again' };
  return { kind: 'wait', until: Math.min(until, (result.kind === 'wait' ? result.until : undefined) ?? until) };
}

/** What is to be over at a time is looked at then, whatever it waits for, and often from then on. */
export function inTime(result: PassResult, end: Milliseconds | undefined, { now }: Pick<Laws, 'now'>): PassResult {
  if (end === undefined || result.kind === 'done' || result.kind === 'again') return result;
  const next = end > now ? end : now + LATE_AGAIN;
  const until = Math.min(result.until ?? next, next);
  return result.kind === 'stuck' && !result.denied ? { kind: 'wait', until } : { ...result, until };
}

/** All is done; a step may have asked for a look at a later time. */
function restOf({ standing }: Trail): PassResult {
  const times = standing.flatMap(({ decision }) => ('until' in decision ? (decision.until ?? []) : []));
  return times.length === 0 ? { kind: 'done' } : { kind: 'wait', until: Math.min(...times) };
}
