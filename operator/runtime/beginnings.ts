/**
 * How many keys of one group may be begun at the same time. A burst that is begun at once is all half done until its end:
 * every object waits for every other, surge pods of all of them stand beside each other, and each tells its progress over and
 * over. Begun a few at a time, the first are finished early, the last no later, and together they cost the API server less.
 *
 * A key stops counting when it comes to rest, and in any case after a while: what waits for a person, or for containers that
 * start slowly, holds up nobody.
 */
import type { Milliseconds } from '../core/decision.ts';
import type { Clock } from '../ports/clock.ts';

const AT_ONCE = 100;
const LONGEST: Milliseconds = 10_000;

/** Of one group: who was begun and is not at rest, with what ends its time, and who waits in order. */
interface Group {
  readonly begun: Map<string, () => void>;
  readonly waiting: Set<string>;
}

export class Beginnings {
  readonly #clock: Clock;
  readonly #groups = new Map<string, Group>();
  readonly #groupOf = new Map<string, string>();
  readonly #letIn: (key: string) => void;
  #closed = false;

  /** @param letIn called, synchronously, with a key that waited and may be begun */
  constructor(clock: Clock, letIn: (key: string) => void) {
    this.#clock = clock;
    this.#letIn = letIn;
  }

  /** Keys that wait to be begun. */
  get waiting(): number {
    return [...this.#groups.values()].reduce((sum, { waiting }) => sum + waiting.size, 0);
  }

  /** Entries of every map inside (R42). */
  get footprint(): number {
    return this.#groupOf.size;
  }

  isWaiting(key: string): boolean {
    return this.#groups.get(this.#groupOf.get(key) ?? '')?.waiting.has(key) === true;
  }

  /** @returns whether the key may be begun now; otherwise it is let in later */
  begin(key: string, name: string): boolean {
    if (this.#closed) return false;
    if (this.#groupOf.has(key)) return !this.isWaiting(key);
    const group = this.#groups.get(name) ?? { begun: new Map(), waiting: new Set() };
    this.#groups.set(name, group);
    this.#groupOf.set(key, name);
    if (group.begun.size >= AT_ONCE) {
      group.waiting.add(key);
      return false;
    }
    this.#admit(key, group);
    return true;
  }

  /** The key is at rest, or need not wait any longer: it no longer counts. */
  end(key: string): void {
    const name = this.#groupOf.get(key);
    const group = name === undefined ? undefined : this.#groups.get(name);
    if (name === undefined || group === undefined) return;
    this.#groupOf.delete(key);
    group.waiting.delete(key);
    group.begun.get(key)?.();
    group.begun.delete(key);
    this.#next(name, group);
  }

  /** Nothing is begun from now on: the next process lists everything anyway. */
  shutDown(): void {
    this.#closed = true;
    for (const { begun } of this.#groups.values()) for (const cancel of begun.values()) cancel();
    this.#groups.clear();
    this.#groupOf.clear();
  }

  #next(name: string, group: Group): void {
    const [next] = group.waiting;
    if (next === undefined) {
      if (group.begun.size === 0) this.#groups.delete(name);
      return;
    }
    if (group.begun.size >= AT_ONCE) return;
    group.waiting.delete(next);
    this.#admit(next, group);
    this.#letIn(next);
  }

  #admit(key: string, { begun }: Group): void {
    const cancel = this.#clock.after(LONGEST, () => this.end(key));
    begun.set(key, cancel);
  }
}
