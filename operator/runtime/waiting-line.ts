/**
 * Who is served next: bands by priority, inside a band one group after the other, inside a group what is under way before
 * what has not begun, and first come, first served: a burst is finished one by one instead of all half done.
 */

export const priorities = {
  /** A user, or the world, changed something. */
  change: 0,
  /** A failed pass, or a time that was waited for. */
  retry: -50,
  /** The first list after a start, and the regular look at everything. */
  resync: -100,
} as const;

export type Priority = (typeof priorities)[keyof typeof priorities];

/** So many keys of a higher band are served before a lower band gets one pick. */
const PICKS_BEFORE_LOWER = 7;

export class WaitingLine {
  readonly #bands: readonly Band[] = [priorities.change, priorities.retry, priorities.resync].map(
    (priority) => new Band(priority),
  );
  readonly #groupOf: (key: string) => string;
  /** Where each key stands: its group may be named otherwise by the time it moves. */
  readonly #places = new Map<string, { readonly group: string; readonly band: Band }>();
  #passedOver = 0;
  #lowerPicks = 0;

  /** @param groupOf who the key belongs to: groups of one band take turns, so that none of them can flood the others. */
  constructor(groupOf: (key: string) => string) {
    this.#groupOf = groupOf;
  }

  /**
   * A key that waits already moves to the band given, as its newcomer, if that is higher; otherwise it stays.
   * @param underWay the key has been worked on, and its world has moved
   */
  add(key: string, priority: Priority, underWay = false): void {
    const place = this.#places.get(key);
    if (place !== undefined) {
      if (place.band.priority >= priority) return;
      place.band.remove(place.group, key);
    }
    const group = place?.group ?? this.#groupOf(key);
    const band = this.#band(priority);
    band.add(group, key, underWay);
    this.#places.set(key, { group, band });
  }

  next(): string | undefined {
    const key = this.#pick()?.shift();
    if (key !== undefined) this.#places.delete(key);
    return key;
  }

  /** Keys waiting in one band. */
  depth(priority: Priority): number {
    return this.#band(priority).size;
  }

  clear(): void {
    for (const band of this.#bands) band.clear();
    this.#places.clear();
  }

  #pick(): Band | undefined {
    const [top, ...lower] = this.#bands.filter((band) => band.size > 0);
    if (lower.length > 0 && this.#passedOver < PICKS_BEFORE_LOWER) {
      this.#passedOver++;
      return top;
    }
    this.#passedOver = 0;
    return lower.length === 0 ? top : lower[this.#lowerPicks++ % lower.length];
  }

  #band(priority: Priority): Band {
    for (const band of this.#bands) if (band.priority === priority) return band;
    throw new RangeError(`no band has the priority ${priority}`);
  }
}

class Band {
  readonly priority: Priority;
  size = 0;
  readonly #groups = new Map<string, Group>();
  /** Groups with a waiting key; the first is served next and then goes to the end. */
  readonly #turns = new Fifo();

  constructor(priority: Priority) {
    this.priority = priority;
  }

  add(name: string, key: string, underWay: boolean): void {
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = new Group();
      this.#groups.set(name, group);
      this.#turns.push(name);
    }
    group.push(key, underWay);
    this.size++;
  }

  remove(name: string, key: string): void {
    const group = this.#groups.get(name);
    if (group?.remove(key) !== true) return;
    this.size--;
    if (group.size > 0) return;
    this.#groups.delete(name);
    this.#turns.remove(name);
  }

  shift(): string | undefined {
    const name = this.#turns.shift();
    const group = name === undefined ? undefined : this.#groups.get(name);
    if (name === undefined || group === undefined) return undefined;
    const key = group.shift();
    this.size--;
    if (group.size > 0) this.#turns.push(name);
    else this.#groups.delete(name);
    return key;
  }

  clear(): void {
    this.#groups.clear();
    this.#turns.clear();
    this.size = 0;
  }
}

/** The keys of one tenant or namespace: objects that never rest may not keep new ones from beginning. */
class Group {
  readonly #underWay = new Fifo();
  readonly #fresh = new Fifo();
  #passedOver = 0;

  get size(): number {
    return this.#underWay.size + this.#fresh.size;
  }

  push(key: string, underWay: boolean): void {
    (underWay ? this.#underWay : this.#fresh).push(key);
  }

  remove(key: string): boolean {
    return this.#underWay.remove(key) || this.#fresh.remove(key);
  }

  shift(): string | undefined {
    const both = this.#underWay.size > 0 && this.#fresh.size > 0;
    const overdue = both && this.#passedOver >= PICKS_BEFORE_LOWER;
    this.#passedOver = both && !overdue ? this.#passedOver + 1 : 0;
    return (overdue ? undefined : this.#underWay.shift()) ?? this.#fresh.shift();
  }
}

/** Insertion order, with removal from the middle. */
class Fifo {
  readonly #values = new Set<string>();
  /** Kept between shifts: a fresh iterator walks over everything shifted before, which is quadratic for a long line. */
  #cursor = this.#values.values();

  get size(): number {
    return this.#values.size;
  }

  push(value: string): void {
    this.#values.add(value);
  }

  remove(value: string): boolean {
    return this.#values.delete(value);
  }

  shift(): string | undefined {
    if (this.#values.size === 0) return undefined;
    let next = this.#cursor.next();
    if (next.done) {
      this.#cursor = this.#values.values();
      next = this.#cursor.next();
    }
    if (next.done) return undefined;
    this.#values.delete(next.value);
    return next.value;
  }

  clear(): void {
    this.#values.clear();
    this.#cursor = this.#values.values();
  }
}
