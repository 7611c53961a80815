import { setTimeout as delay } from 'node:timers/promises';
import type { Access } from '../../operator/adapters/kube/credentials.ts';
import type { AccessSource } from '../../operator/adapters/kube/wire.ts';

/** Milliseconds. */
const RENEWAL = 20;

/** Rights to a test's own server; each renewal gives another token. */
export class FixedAccess implements AccessSource {
  readonly #server: string;
  renewals = 0;

  constructor(server: string) {
    this.#server = server;
  }

  async current(): Promise<Access> {
    const headers = { authorization: `Bearer token-${this.renewals}` };
    return { server: this.#server, headers, tls: {}, tlsDigest: '' };
  }

  /** Takes a while, so that others ask for it meanwhile. */
  async renew(): Promise<Access> {
    await delay(RENEWAL);
    this.renewals++;
    return this.current();
  }
}
