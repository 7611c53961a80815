/** Remembers what was answered under a key, and shares one answer among those who ask while it is being made. Bounded: the longest unused goes first. */
export class Memo<T> {
  readonly #kept = new Map<string, Promise<T>>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A failure is not remembered: the next one who asks tries again. */
  get(key: string, make: () => Promise<T>): Promise<T> {
    const found = this.#kept.get(key);
    const answer = found ?? make();
    this.#kept.delete(key);
    this.#kept.set(key, answer);
    if (found === undefined) answer.catch(() => this.#forget(key, answer));
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > this.#limit && !oldest.done) this.#kept.delete(oldest.value);
    return answer;
  }

  #forget(key: string, answer: Promise<T>): void {
    if (this.#kept.get(key) === answer) this.#kept.delete(key);
  }
}
