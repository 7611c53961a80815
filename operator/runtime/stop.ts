/** How the process ends: in order, in bounded time, and never without a word (runtime.md section 10). */
import { abortReasons } from '../api/abort-reasons.ts';
import { Aborted, asCodeError } from '../api/errors.ts';
import type { Milliseconds } from '../core/decision.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

/** Kubernetes kills after 30 s: each part has its share, so that the lease is given back even when all are slow. */
const DRAIN: Milliseconds = 16_000;
const STAGE: Milliseconds = 3_000;

/** Workers of one room, as far as stopping goes. */
export interface Stoppable {
  stop(reason: Aborted): void;
  abort(reason: Aborted): void;
  drained(): Promise<void>;
}

export interface StopParts {
  readonly workers: readonly Stoppable[];
  /** Everything that must end before the lease is free, in order: recorder of events, reflectors, HTTP servers. */
  readonly stages: readonly { readonly name: string; readonly stop: () => Promise<void> }[];
  /** Absent where this replica never led. */
  readonly leadership?: { release(signal: AbortSignal): Promise<void> } | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Ends on purpose: refuses keys, aborts slow effects, lets the other passes end, stops the stages, gives the lease back.
 * Resolves true when every stage ended by itself, false when one had to be left. Never throws.
 */
export async function stopInOrder(parts: StopParts): Promise<boolean> {
  const { workers, clock } = parts;
  const reason = new Aborted(abortReasons.shutdown, 'the operator ends; the next one goes on');
  for (const room of workers) room.stop(reason);
  const drain = async () => void (await Promise.all(workers.map((room) => room.drained())));
  let clean = await within('passes under way', DRAIN, drain, parts);
  if (!clean) {
    for (const room of workers) room.abort(reason);
    await within('aborted passes', STAGE, drain, parts);
  }
  for (const { name, stop } of parts.stages) clean = (await within(name, share(parts), stop, parts)) && clean;
  if (parts.leadership === undefined) return clean;
  const { leadership } = parts;
  const timeUp = new AbortController();
  const cancel = clock.after(STAGE, () => timeUp.abort(reason));
  const released = await within('lease', STAGE, () => leadership.release(timeUp.signal), parts);
  cancel();
  return released && clean;
}

/** Ends because the lease is lost: aborts every pass, writes nothing, waits for nothing. The process must exit non-zero. */
export function stopAtOnce(workers: readonly Stoppable[], reason: Aborted): void {
  for (const room of workers) room.abort(reason);
}

/** What the stages have together is one stage's time, and one more. */
function share({ stages }: StopParts): Milliseconds {
  return (2 * STAGE) / stages.length;
}

async function within(
  name: string,
  limit: Milliseconds,
  stop: () => Promise<void>,
  { clock, log }: Pick<StopParts, 'clock' | 'log'>,
): Promise<boolean> {
  let cancel = () => {};
  const timeUp = new Promise<'late'>((resolve) => {
    cancel = clock.after(limit, () => resolve('late'));
  });
  try {
    const ended = await Promise.race([stop().then(() => 'ended' as const), timeUp]);
    if (ended === 'late') log.warn('did not stop in time; going on without it', { part: name, milliseconds: limit });
    return ended === 'ended';
  } catch (thrown) {
    log.warn('could not be stopped cleanly', { part: name, error: asCodeError(thrown).message });
    return false;
  } finally {
    cancel();
  }
}
