/** Which events are worth a write: the same ones are counted, alike ones combined, floods of one object cut (R34). */
import type { ObjectMeta } from '../api/objects.ts';
import type { Milliseconds } from '../core/decision.ts';
import type { ToldEvent } from '../core/told-events.ts';
import { Recent } from './recent.ts';

const KEYS = 4_096;
/** More distinct messages of one reason and object than this, each within the window of the last, are one event. */
const ALIKE = 10;
const WINDOW: Milliseconds = 10 * 60_000;
const BURST = 25;
const REFILL: Milliseconds = 300_000;

/** What is to be written: a new event, or a higher count of one that was written under `name`. */
export interface Correlated {
  /** To be told back to `written` or `failed`. */
  readonly key: string;
  readonly message: string;
  readonly count: number;
  readonly first: Milliseconds;
  readonly name?: string;
}

interface Alike {
  readonly messages: Set<string>;
  last: Milliseconds;
}

interface Written {
  readonly name: string;
  readonly count: number;
  readonly first: Milliseconds;
}

interface Bucket {
  tokens: number;
  filled: Milliseconds;
}

export class EventCorrelator {
  readonly #alike = new Recent<Alike>(KEYS);
  readonly #written = new Recent<Written>(KEYS);
  readonly #buckets = new Recent<Bucket>(KEYS);

  /** Entries held, at most three times the limit (R42). */
  get size(): number {
    return this.#alike.size + this.#written.size + this.#buckets.size;
  }

  /** `undefined` when the object has told so much that this is left out. */
  correlate(object: ObjectMeta, event: ToldEvent, now: Milliseconds): Correlated | undefined {
    const subject = object.uid ?? `${object.namespace ?? ''}/${object.name}`;
    if (!this.#mayTell(subject, now)) return undefined;
    const group = [subject, event.type, event.reason].join('|');
    const combined = this.#isFlood(group, event.message, now);
    const key = combined ? `${group}|combined` : `${group}|message|${event.message}`;
    const message = combined ? `(combined from alike events) ${event.message}` : event.message;
    const written = this.#written.get(key);
    if (written === undefined) return { key, message, count: 1, first: now };
    return { key, message, count: written.count + 1, first: written.first, name: written.name };
  }

  written({ key, count, first }: Correlated, name: string): void {
    this.#written.set(key, { name, count, first });
  }

  /** The event is not there, or no more: the next one like it is a new one. */
  failed({ key }: Correlated): void {
    this.#written.delete(key);
  }

  #isFlood(group: string, message: string, now: Milliseconds): boolean {
    const known = this.#alike.get(group);
    const alike = known === undefined || now - known.last > WINDOW ? { messages: new Set<string>(), last: now } : known;
    alike.last = now;
    this.#alike.set(group, alike);
    if (alike.messages.has(message)) return false;
    if (alike.messages.size >= ALIKE) return true;
    alike.messages.add(message);
    return false;
  }

  #mayTell(subject: string, now: Milliseconds): boolean {
    const bucket = this.#buckets.get(subject) ?? { tokens: BURST, filled: now };
    const refills = Math.floor((now - bucket.filled) / REFILL);
    bucket.tokens = Math.min(BURST, bucket.tokens + refills);
    bucket.filled += refills * REFILL;
    this.#buckets.set(subject, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }
}
