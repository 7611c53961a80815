/**
 * Status writes cost the API server more than anything else a delivery does. What ends something, what must be
 * remembered and what is wrong is written at once; what only tells how far a thing has come waits a moment, and the next
 * pass, which knows more, writes for both.
 */
import { conditionTypes, reasons } from '../api/conditions.ts';
import type { CodeObject } from '../api/objects.ts';
import type { Milliseconds } from '../core/decision.ts';
import type { ReportedStatus } from '../core/report.ts';
import type { Trail } from '../core/trail.ts';
import type { Clock } from '../ports/clock.ts';

/** Of a spec that is new: well under the second in which its user looks for an answer. */
const FIRST: Milliseconds = 300;
/** Between two writes that tell of progress: the shortest and the longest time. */
const BETWEEN: readonly [Milliseconds, Milliseconds] = [5_000, 60_000];
/** Of all keys together: a fleet under way does not spend the API server on telling how it goes. */
const PROGRESS_A_SECOND = 10;

/** Others go by these. */
const READ_BY_OTHERS: ReadonlySet<string> = new Set([reasons.waitingForGroup, reasons.waitingForSlot]);

interface Told {
  readonly generation: number;
  readonly since: Milliseconds;
  readonly written: boolean;
}

export class StatusPace {
  readonly #clock: Clock;
  readonly #told = new Map<string, Told>();

  /** Read at the end of a pass: where the API server is slow, the pass itself took long. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Until when this status may wait to be written; `undefined`: it is written now. Lost memory only writes sooner. */
  heldUntil(key: string, object: CodeObject, status: ReportedStatus, trail: Trail): Milliseconds | undefined {
    if (!isMereProgress(object, status, trail)) return undefined;
    const now = this.#clock.now();
    const generation = object.metadata.generation ?? 0;
    const known = this.#told.get(key);
    const told = known?.generation === generation ? known : { generation, since: now, written: false };
    this.#told.set(key, told);
    const until = told.since + (told.written ? this.#between() : FIRST);
    return now < until ? until : undefined;
  }

  wrote(key: string, { metadata }: CodeObject): void {
    this.#told.set(key, { generation: metadata.generation ?? 0, since: this.#clock.now(), written: true });
  }

  /** For a key that came to an end: what comes next is news again. */
  forget(key: string): void {
    this.#told.delete(key);
  }

  #between(): Milliseconds {
    const [shortest, longest] = BETWEEN;
    return Math.min(longest, Math.max(shortest, (1_000 * this.size) / PROGRESS_A_SECOND));
  }

  /** Keys under way (R42). */
  get size(): number {
    return this.#told.size;
  }
}

function isMereProgress(
  { metadata }: CodeObject,
  { conditions }: ReportedStatus,
  { turns, standing, aside }: Trail,
): boolean {
  const ready = conditions.find(({ type }) => type === conditionTypes.ready);
  const recorded = turns.some(({ effects }) => effects.some(({ action }) => action.type === 'record'));
  const failed = turns.some(({ failure }) => failure !== undefined);
  const waits = standing.at(-1)?.decision.kind === 'wait';
  if (READ_BY_OTHERS.has(ready?.reason ?? '')) return false;
  return (
    metadata.deletionTimestamp === undefined &&
    ready?.status === 'Unknown' &&
    waits &&
    !recorded &&
    !failed &&
    aside === undefined
  );
}
