import type { Random } from '../../operator/ports/random.ts';
import type { ProxiedRequest } from './fault-proxy-request.ts';

/** What goes wrong with a request. */
export type Fault =
  /** It reaches the server so many milliseconds later. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** The proxy answers instead of the server. */
  | { readonly kind: 'status'; readonly code: number; readonly retryAfterSeconds?: number }
  /** The connection ends: before the server sees the request, or after it answered, the reply being lost. */
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  /** No answer ever comes: the server does not see the request, or it has carried it out. Told once it hangs. */
  | {
      readonly kind: 'hang';
      readonly when: 'before' | 'after';
      readonly run?: (request: ProxiedRequest) => void;
    }
  /** The answer, such as a watch, ends after so many milliseconds. */
  | { readonly kind: 'cut'; readonly milliseconds: number }
  /**
   * Of the events of a watch, so large a share is lost, held back, told twice or told after the next one; after so many
   * milliseconds the server says that it has forgotten the rest (410), as it does when a watch has lost something.
   */
  | { readonly kind: 'events'; readonly share: number; readonly forgets: number }
  /** Something happens once the server has answered, before or after the client gets the answer. */
  | {
      readonly kind: 'call';
      readonly when: 'before-reply' | 'after-reply';
      readonly run: (request: ProxiedRequest) => void;
    };

/** Equal in every field that is given, or as a function says. */
export type Match = Partial<Omit<ProxiedRequest, 'number'>> | ((request: ProxiedRequest) => boolean);

export interface Rule {
  readonly match: Match;
  /** Of the requests that match: the first few are let through, at most so many are hit, each nth of them or each by chance (0 to 1). */
  readonly when?: {
    readonly skip?: number;
    readonly times?: number;
    readonly every?: number;
    readonly chance?: number;
  };
  readonly fault: Fault;
}

/** A rule in force, which counts what it saw. */
export class ActiveRule {
  readonly rule: Rule;
  readonly #random: Random;
  #seen = 0;
  #hits = 0;

  constructor(rule: Rule, random: Random) {
    this.rule = rule;
    this.#random = random;
  }

  get hits(): number {
    return this.#hits;
  }

  /** Whether this request is hit. */
  strikes(request: ProxiedRequest): boolean {
    const { match, when = {} } = this.rule;
    if (!fits(match, request)) return false;
    this.#seen++;
    if (this.#seen <= (when.skip ?? 0) || this.#hits >= (when.times ?? Number.POSITIVE_INFINITY)) return false;
    if (when.every !== undefined && this.#seen % when.every !== 0) return false;
    if (when.chance !== undefined && this.#random() >= when.chance) return false;
    this.#hits++;
    return true;
  }
}

function fits(match: Match, request: ProxiedRequest): boolean {
  if (typeof match === 'function') return match(request);
  return Object.entries(match).every(([field, value]) => request[field as keyof ProxiedRequest] === value); // border: the keys of a Match
}
