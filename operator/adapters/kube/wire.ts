import type { Milliseconds } from '../../core/decision.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Wire, WireCall, WireReply } from '../../ports/wire.ts';
import type { Access } from './credentials.ts';
import { Lanes } from './lanes.ts';
import { Reply } from './reply.ts';
import { wireError } from './wire-error.ts';

/** How long watches may go on over connections made with TLS material that has been replaced. */
const WATCHES_MOVE_WITHIN: Milliseconds = 60_000;

/** Where the wire asks for its rights: `Credentials`, or a fixed access in tests. */
export interface AccessSource {
  current(): Promise<Access>;
  renew(): Promise<Access>;
}

/** HTTP/1.1 over keep-alive connections, pooled by lane (runtime.md section 4): no retry, no deadline, no opinion on a status. */
export class KubeWire implements Wire {
  readonly #access: AccessSource;
  readonly #clock: Clock;
  #lanes: Lanes | undefined;
  /** Replaced lanes whose watches have not moved yet, with the function that cancels their end. */
  readonly #leaving = new Map<Lanes, () => void>();

  constructor(access: AccessSource, clock: Clock) {
    this.#access = access;
    this.#clock = clock;
  }

  async exchange(call: WireCall): Promise<WireReply> {
    const access = await unlessAborted(this.#access.current(), call.signal);
    try {
      const response = await this.#lanesFor(access)
        .of(call.lane)
        .request({
          method: call.method,
          path: pathOf(access, call),
          headers: {
            ...access.headers,
            accept: call.accept,
            ...(call.contentType === undefined ? {} : { 'content-type': call.contentType }),
            ...call.headers,
          },
          body: call.body ?? null,
          signal: call.signal,
        });
      return new Reply(response, call.signal);
    } catch (error) {
      throw wireError(error, call.signal);
    }
  }

  async renew(): Promise<void> {
    await this.#access.renew();
  }

  /** Ends every connection, also those in use. */
  async close(): Promise<void> {
    const all = [...this.#leaving.keys(), ...(this.#lanes === undefined ? [] : [this.#lanes])];
    for (const cancel of this.#leaving.values()) cancel();
    this.#leaving.clear();
    this.#lanes = undefined;
    await Promise.all(all.map((lanes) => lanes.destroy()));
  }

  #lanesFor(access: Access): Lanes {
    const lanes = this.#lanes;
    if (lanes?.tlsDigest === access.tlsDigest && lanes.server === access.server) return lanes;
    if (lanes !== undefined) this.#retire(lanes);
    this.#lanes = new Lanes(access);
    return this.#lanes;
  }

  #retire(lanes: Lanes): void {
    lanes.close();
    const cancel = this.#clock.after(WATCHES_MOVE_WITHIN, () => {
      this.#leaving.delete(lanes);
      lanes.destroy().catch(() => undefined); // nothing is left to fail: the connections are gone either way
    });
    this.#leaving.set(lanes, cancel);
  }
}

function pathOf(access: Access, call: WireCall): string {
  const prefix = new URL(access.server).pathname.replace(/\/$/, '');
  const query = call.query === undefined ? '' : `?${new URLSearchParams(call.query)}`;
  return `${prefix}${call.path}${query}`;
}

/** Reading credentials cannot be stopped; waiting for them can. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(wireError(undefined, signal));
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(wireError(undefined, signal));
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
