import { reasons } from '../api/conditions.ts';
import { Upstream } from '../api/errors.ts';
import { digest } from '../core/hash.ts';
import type { Trail } from '../core/trail.ts';
import type { PassResult } from './pass-result.ts';

/** The same actions decided on the same observation this often in a row is a loop, not progress. */
const AT_MOST = 5;

/** A room that decides the same actions again and again on an unchanged object would loop hot: it is backed off and told. */
export class Repeats {
  readonly #seen = new Map<string, { readonly digest: string; readonly times: number }>();

  /** @returns the result of a pass, or the failure that breaks a loop */
  broken(key: string, trail: Trail, result: PassResult): PassResult {
    const turn = trail.turns.at(-1);
    if (result.kind !== 'again' || turn === undefined) {
      this.#seen.delete(key);
      return result;
    }
    const decided = digest(turn.decision.actions);
    const before = this.#seen.get(key);
    const times = before?.digest === decided ? before.times + 1 : 1;
    this.#seen.set(key, { digest: decided, times });
    if (times < AT_MOST) return result;
    const message = `step ${turn.step} decided the same ${times} times in a row and nothing changed`;
    return { kind: 'failed', error: new Upstream(reasons.noProgress, message) };
  }

  forget(key: string): void {
    this.#seen.delete(key);
  }
}
