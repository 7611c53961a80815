import { Pool } from 'undici';
import type { Milliseconds } from '../../core/decision.ts';
import type { WireCall } from '../../ports/wire.ts';
import type { Access } from './credentials.ts';

type Lane = WireCall['lane'];

const CONNECT_WITHIN: Milliseconds = 5_000;
/** Below the 90 s after which an API server closes an idle connection: whoever closes second loses a request. */
const KEPT_IDLE_FOR: Milliseconds = 30_000;
const CONNECTIONS = { calls: 32, lease: 1, watch: null } as const;

/** The connections to one server under one set of TLS material; work never stands before a lease or a watch. */
export class Lanes {
  readonly server: string;
  readonly tlsDigest: string;
  readonly #pools: Readonly<Record<Lane, Pool>>;

  constructor(access: Access) {
    this.server = access.server;
    this.tlsDigest = access.tlsDigest;
    this.#pools = { calls: pool(access, 'calls'), watch: pool(access, 'watch'), lease: pool(access, 'lease') };
  }

  of(lane: Lane): Pool {
    return this.#pools[lane];
  }

  /** Takes no new call; each connection goes when its call is over. */
  close(): void {
    for (const one of Object.values(this.#pools)) one.close().catch(() => undefined); // destroyed before it was empty
  }

  async destroy(): Promise<void> {
    await Promise.all(Object.values(this.#pools).map((one) => one.destroy()));
  }
}

/** HTTP/2 is off: undici would offer it, and Node's leaked in another operator's soak. Deadlines are the transport's. */
function pool(access: Access, lane: Lane): Pool {
  return new Pool(new URL(access.server).origin, {
    connections: CONNECTIONS[lane],
    pipelining: 1,
    allowH2: false,
    connectTimeout: CONNECT_WITHIN,
    keepAliveTimeout: KEPT_IDLE_FOR,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { ...access.tls, keepAlive: true, keepAliveInitialDelay: KEPT_IDLE_FOR },
  });
}
