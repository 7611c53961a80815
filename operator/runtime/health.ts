/** Whether this process is alive and ready (runtime.md section 10). */
import type { Milliseconds } from '../core/decision.ts';
import type { Clock } from '../ports/clock.ts';

const BEAT: Milliseconds = 1_000;
const LONGEST_TURN: Milliseconds = 10_000;
/** How much later than its deadline a pass may end before the process counts as stuck. */
const GRACE: Milliseconds = 60_000;

export interface Health {
  readonly ok: boolean;
  /** One line a finding; what is wrong, or `ok`. */
  readonly lines: readonly string[];
}

export interface HealthParts {
  readonly clock: Clock;
  /** By room: how long ago its most belated pass should have ended. */
  readonly overdue: () => Readonly<Record<string, Milliseconds>>;
  /** Names of what is not synced yet, with the reason where one is known. */
  readonly unsynced: () => readonly string[];
}

export class HealthChecks {
  readonly #parts: HealthParts;
  #lastBeat: Milliseconds;
  #cancelBeat: () => void = () => {};

  constructor(parts: HealthParts) {
    this.#parts = parts;
    this.#lastBeat = parts.clock.monotonic();
    this.#beat();
  }

  /** Alive: the event loop turns and no pass is stuck. A restart is the cure for what it finds. */
  live(): Health {
    const findings: string[] = [];
    const silence = this.#parts.clock.monotonic() - this.#lastBeat;
    if (silence > LONGEST_TURN) findings.push(`the event loop did not turn for ${seconds(silence)}`);
    for (const [room, overdue] of Object.entries(this.#parts.overdue())) {
      if (overdue > GRACE) findings.push(`a pass of ${room} should have ended ${seconds(overdue)} ago`);
    }
    return health(findings);
  }

  /** Ready: every cache has been filled once; leader or not. */
  ready(): Health {
    return health(this.#parts.unsynced().map((name) => `not synced: ${name}`));
  }

  stop(): void {
    this.#cancelBeat();
  }

  #beat(): void {
    this.#cancelBeat = this.#parts.clock.after(BEAT, () => {
      this.#lastBeat = this.#parts.clock.monotonic();
      this.#beat();
    });
  }
}

function health(findings: readonly string[]): Health {
  return findings.length === 0 ? { ok: true, lines: ['ok'] } : { ok: false, lines: findings };
}

const seconds = (time: Milliseconds): string => `${Math.round(time / 1_000)} s`;
