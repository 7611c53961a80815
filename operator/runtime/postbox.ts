/**
 * Letters on their way to sinks, apart from the passes that wrote them: a sink that hangs holds up its own letters and
 * nothing else. What became of a letter is kept until the pass that was woken for it has read it; a crash forgets letters,
 * and the status that they were handed over from hands them over again.
 */
import { asCodeError } from '../api/errors.ts';
import { keyOf } from '../api/resources.ts';
import type { NotifySink, Outcomes } from '../core/action.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { NoticeOutcome, Notifier } from '../ports/notifier.ts';
import { Recent } from './recent.ts';

/** To one sink. */
const AT_ONCE = 8;
const WAITING_AT_MOST = 1_000;
/** Outcomes that nobody has asked for yet: forgetting one sends a letter twice, with the same id. */
const OUTCOMES_KEPT = 10_000;

export interface PostboxDoors {
  readonly notifier: Notifier;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly signal: AbortSignal;
}

interface Lane {
  readonly waiting: NotifySink[];
  atWork: number;
}

export class Postbox {
  readonly #doors: PostboxDoors;
  readonly #lanes = new Map<string, Lane>();
  readonly #handed = new Set<string>();
  readonly #settled = new Recent<NoticeOutcome>(OUTCOMES_KEPT);
  #wake: (key: string) => void = () => {};

  constructor(doors: PostboxDoors) {
    this.#doors = doors;
  }

  /** Who is told the key of each object that has a letter settled. */
  wakes(wake: (key: string) => void): void {
    this.#wake = wake;
  }

  /** A letter that finds its lane full is not taken: it is `sending` as well, and comes again. */
  hand(letter: NotifySink): Outcomes['notify'] {
    const name = nameOf(letter);
    const settled = this.#settled.get(name);
    if (settled !== undefined) return settled;
    const lane = this.#laneOf(letter.sink);
    if (!this.#handed.has(name) && lane.waiting.length < WAITING_AT_MOST) {
      this.#handed.add(name);
      lane.waiting.push(letter);
      this.#drain(lane);
    }
    return { state: 'sending' };
  }

  #laneOf(sink: string): Lane {
    const lane = this.#lanes.get(sink) ?? { waiting: [], atWork: 0 };
    this.#lanes.set(sink, lane);
    return lane;
  }

  #drain(lane: Lane): void {
    while (lane.atWork < AT_ONCE) {
      const letter = lane.waiting.shift();
      if (letter === undefined) return;
      lane.atWork++;
      void this.#send(letter).finally(() => {
        lane.atWork--;
        this.#drain(lane);
      });
    }
  }

  async #send(letter: NotifySink): Promise<void> {
    const { notifier, metrics, log, signal } = this.#doors;
    const { sink, notice } = letter;
    const name = nameOf(letter);
    try {
      const outcome = await notifier.send(sink, notice, signal);
      this.#settled.set(name, outcome);
      metrics.count('code_notices_total', { sink, type: notice.type, result: outcome.state });
      this.#wake(keyOf(notice));
    } catch (thrown) {
      // Only a stop ends here, and then the next process sends it.
      if (!signal.aborted) log.error('a notice was lost on its way', { sink, error: asCodeError(thrown).message });
    } finally {
      this.#handed.delete(name);
    }
  }
}

const nameOf = ({ sink, notice, attempt }: NotifySink) => `${sink}/${notice.id}/${attempt}`;
