import { conditionTypes } from '../api/conditions.ts';
import type { CodeObject } from '../api/objects.ts';
import type { Milliseconds } from '../core/decision.ts';
import type { Metrics } from '../ports/metrics.ts';

/** Since when the engine cannot get at each key. Status tells it too, where the object does not rest: a restart begins nothing anew. */
export class Hindrances {
  readonly #since = new Map<string, Milliseconds>();
  readonly #metrics: Pick<Metrics, 'gauge'>;
  readonly #controller: string;

  constructor(metrics: Pick<Metrics, 'gauge'>, controller: string) {
    this.#metrics = metrics;
    this.#controller = controller;
  }

  /** The key is hindered now: since when. */
  since(key: string, { status }: CodeObject, now: Milliseconds): Milliseconds {
    const told = status?.conditions?.find(({ type }) => type === conditionTypes.attended);
    const since = Math.min(this.#since.get(key) ?? now, Date.parse(told?.lastTransitionTime ?? '') || now);
    this.#since.set(key, since);
    this.#tell();
    return since;
  }

  over(key: string): void {
    if (this.#since.delete(key)) this.#tell();
  }

  #tell(): void {
    this.#metrics.gauge('code_hindered_objects', this.#since.size, { controller: this.#controller });
  }
}
