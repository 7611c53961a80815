import type { Milliseconds } from '../../core/decision.ts';
import type { ToolLimits } from '../tool.ts';

const MINUTE = 60_000;
/** Callers remembered; the one longest unused is forgotten first, which only gives it a full bucket again. */
const BUCKETS_KEPT = 10_000;

interface Bucket {
  readonly tokens: number;
  readonly at: Milliseconds;
}

export interface CallOf {
  readonly tenant: string;
  readonly user: string;
  /** `<server>.<tool>` */
  readonly tool: string;
}

export type Admission =
  | { readonly admitted: true; readonly release: () => void }
  | { readonly admitted: false; readonly after: Milliseconds; readonly message: string };

/** A token bucket for each caller and tool, and a count of the calls of each tenant and tool that are under way. */
export class CallLimits {
  readonly #buckets = new Map<string, Bucket>();
  readonly #underWay = new Map<string, number>();

  admit(call: CallOf, limits: ToolLimits, now: Milliseconds): Admission {
    const lane = JSON.stringify([call.tenant, call.tool]);
    const underWay = this.#underWay.get(lane) ?? 0;
    if (underWay >= limits.atOnce) {
      return {
        admitted: false,
        after: 1_000,
        message: `${underWay} calls of ${call.tool} are under way in ${call.tenant}`,
      };
    }
    const wait = this.#take(JSON.stringify([call.tenant, call.user, call.tool]), limits.perMinute, now);
    if (wait > 0) {
      return { admitted: false, after: wait, message: `${call.tool} may be called ${limits.perMinute} times a minute` };
    }
    this.#underWay.set(lane, underWay + 1);
    return { admitted: true, release: once(() => this.#leave(lane)) };
  }

  /** 0 when a token was taken, else how long until there is one. */
  #take(key: string, perMinute: number, now: Milliseconds): Milliseconds {
    const bucket = this.#buckets.get(key) ?? { tokens: perMinute, at: now };
    const tokens = Math.min(perMinute, bucket.tokens + ((now - bucket.at) * perMinute) / MINUTE);
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    if (this.#buckets.size > BUCKETS_KEPT) this.#forgetOldest();
    return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * MINUTE) / perMinute);
  }

  #forgetOldest(): void {
    const oldest = this.#buckets.keys().next();
    if (!oldest.done) this.#buckets.delete(oldest.value);
  }

  #leave(lane: string): void {
    const left = (this.#underWay.get(lane) ?? 1) - 1;
    if (left > 0) this.#underWay.set(lane, left);
    else this.#underWay.delete(lane);
  }
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
