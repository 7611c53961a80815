import { Aborted, asCodeError, CodeError, Upstream } from '../api/errors.ts';
import type { Identity } from '../core/action.ts';
import type { Milliseconds } from '../core/decision.ts';
import type { Clock } from '../ports/clock.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Random } from '../ports/random.ts';
import type { Wire, WireCall, WireReply } from '../ports/wire.ts';
import { retryAfterOf } from './retry-after.ts';

export const APPLY_PATCH = 'application/apply-patch+yaml';

export interface ApiRequest {
  readonly method: WireCall['method'];
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly contentType?: string;
  /** JSON of the whole object unless set. */
  readonly accept?: string;
  readonly as?: Identity;
  /** Who asks, for the User-Agent. */
  readonly controller: string;
  /** `page` of a list has 60 s, a `call` 30 s, a call in the lease lane 5 s. */
  readonly kind: 'call' | 'page';
  readonly lane: 'calls' | 'lease';
  readonly signal: AbortSignal;
}

export type StreamRequest = Pick<ApiRequest, 'path' | 'query' | 'controller' | 'accept' | 'as' | 'signal'>;

/** Any status is an answer; the body is parsed where it is JSON, text otherwise. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const DEADLINES = { call: 30_000, page: 60_000, lease: 5_000 } as const;
const LONGEST_WAIT: Milliseconds = 60_000;
const TRIES_WHEN_BUSY = 3;

export interface TransportParts {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly version: string;
  /** Label of `rest_client_requests_total`. */
  readonly host: string;
}

/**
 * What every call to the API server has in common (R41): a deadline and an abort, one retry with new credentials after a
 * 401, the wait that a busy server asks for, one repetition of what may be repeated when the connection was lost.
 */
export class Transport {
  readonly #parts: TransportParts;
  /** How often credentials were renewed: a 401 to a call that began before the last time needs no other renewal. */
  #renewals = 0;
  #renewing: Promise<void> | undefined;

  constructor(parts: TransportParts) {
    this.#parts = parts;
  }

  /** @throws Upstream `DeadlineExceeded`, `TooBusy` with the time to wait, and what the wire throws; Aborted. */
  async call(request: ApiRequest): Promise<ApiAnswer> {
    const deadline = DEADLINES[request.lane === 'lease' ? 'lease' : request.kind];
    const { clock } = this.#parts;
    const end = clock.monotonic() + deadline;
    const timeUp = new AbortController();
    const cancel = clock.after(deadline, () =>
      timeUp.abort(
        new Upstream(
          'DeadlineExceeded',
          `the API server did not answer ${request.method} ${request.path} within ${deadline / 1000} s`,
        ),
      ),
    );
    try {
      return await this.#whileBusy(request, AbortSignal.any([request.signal, timeUp.signal]), end);
    } finally {
      cancel();
    }
  }

  /** Opens a stream of lines; nothing limits its time but the signal. Any status is an answer. */
  async stream(request: StreamRequest): Promise<WireReply> {
    return this.#withRenewal(() =>
      this.#exchange({
        method: 'GET',
        path: request.path,
        ...(request.query === undefined ? {} : { query: request.query }),
        accept: request.accept ?? 'application/json',
        headers: { ...this.#headers(request.controller), ...impersonation(request.as) },
        lane: 'watch',
        signal: request.signal,
      }),
    );
  }

  async #whileBusy(request: ApiRequest, signal: AbortSignal, end: Milliseconds): Promise<ApiAnswer> {
    const { clock } = this.#parts;
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#repeatedIfLost(request, signal);
      const wait =
        answer.status === 429 || answer.status === 503 ? retryAfterOf(answer.headers, clock.now()) : undefined;
      if (wait === undefined) return answer;
      const capped = Math.min(wait, LONGEST_WAIT);
      if (attempt >= TRIES_WHEN_BUSY || clock.monotonic() + capped >= end) {
        throw new Upstream(
          'TooBusy',
          `the API server is too busy for ${request.method} ${request.path} (${answer.status}) and asks to come back in ${capped / 1000} s`,
          { afterMilliseconds: capped },
        );
      }
      await this.#sleep(capped, signal);
    }
  }

  async #repeatedIfLost(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer> {
    try {
      return await this.#answer(request, signal);
    } catch (error) {
      if (signal.aborted || !isLost(error) || !mayBeRepeated(request)) throw error;
      await this.#sleep(100 + 900 * this.#parts.random(), signal);
      return this.#answer(request, signal);
    }
  }

  async #answer(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer> {
    const reply = await this.#withRenewal(() =>
      this.#exchange({
        method: request.method,
        path: request.path,
        ...(request.query === undefined ? {} : { query: request.query }),
        ...(request.body === undefined ? {} : { body: request.body }),
        ...(request.contentType === undefined ? {} : { contentType: request.contentType }),
        accept: request.accept ?? 'application/json',
        headers: { ...this.#headers(request.controller), ...impersonation(request.as) },
        lane: request.lane,
        signal,
      }),
    );
    const text = await reply.text();
    return { status: reply.status, headers: reply.headers, body: parsed(text) };
  }

  async #withRenewal(exchange: () => Promise<WireReply>): Promise<WireReply> {
    const renewals = this.#renewals;
    const reply = await exchange();
    if (reply.status !== 401) return reply;
    await reply.text(); // else its connection is not free again
    if (renewals === this.#renewals) await this.#renew();
    return exchange();
  }

  #renew(): Promise<void> {
    this.#renewing ??= this.#parts.wire
      .renew()
      .then(() => {
        this.#renewals++;
      })
      .finally(() => {
        this.#renewing = undefined;
      });
    return this.#renewing;
  }

  async #exchange(call: WireCall): Promise<WireReply> {
    const { wire, metrics, host } = this.#parts;
    try {
      const reply = await wire.exchange(call);
      metrics.count('rest_client_requests_total', { code: String(reply.status), method: call.method, host });
      return reply;
    } catch (error) {
      metrics.count('rest_client_requests_total', { code: '<error>', method: call.method, host });
      throw asCodeError(error);
    }
  }

  async #sleep(delay: Milliseconds, signal: AbortSignal): Promise<void> {
    try {
      await this.#parts.clock.sleep(delay, signal);
    } catch (reason) {
      throw stopped(reason);
    }
  }

  #headers(controller: string): Record<string, string> {
    return { 'user-agent': `code-operator/${this.#parts.version} (${controller})` };
  }
}

const isLost = (error: unknown): boolean => error instanceof Upstream && error.reason === 'ConnectionLost';

/** Reads, and applies, which say the whole intent each time. A POST or DELETE is the queue's to repeat. */
const mayBeRepeated = (request: ApiRequest): boolean =>
  request.method === 'GET' || (request.method === 'PATCH' && request.contentType === APPLY_PATCH);

/** The API server derives a ServiceAccount's groups from its name. */
function impersonation(identity: Identity | undefined): Record<string, string> {
  if (identity === undefined || identity.kind === 'operator') return {};
  return { 'impersonate-user': `system:serviceaccount:${identity.namespace}:${identity.name}` };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function stopped(reason: unknown): CodeError {
  return reason instanceof CodeError
    ? reason
    : new Aborted('Aborted', 'the call was stopped before its answer came', reason);
}
