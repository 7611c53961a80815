import { createHash } from 'node:crypto';
import type { RequestOptions } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import type { KubeConfig } from '@kubernetes/client-node';
import { Upstream } from '../../api/errors.ts';
import type { Milliseconds } from '../../core/decision.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Metrics } from '../../ports/metrics.ts';

export type TlsMaterial = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'passphrase' | 'pfx' | 'rejectUnauthorized' | 'servername'
>;

/** What one call needs to reach the API server and to be recognised by it. */
export interface Access {
  /** `https://host:port`, perhaps with a path prefix. */
  readonly server: string;
  /** Lower-case names; the bearer token is among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsMaterial;
  /** Changes when the TLS material does: connections made under another one are to be replaced. */
  readonly tlsDigest: string;
}

/** How long what was read from files or an exec plugin is used without looking again. */
const FRESH_FOR: Milliseconds = 10_000;
const READ_WITHIN: Milliseconds = 20_000;

/**
 * The operator's own rights: reads them again at most every 10 s, one reading at a time, all waiters sharing it. Token
 * files are read again by the KubeConfig after 60 s, an exec plugin runs again when its credential expires.
 */
export class Credentials {
  readonly #load: () => KubeConfig;
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  #config: KubeConfig;
  #access: Access | undefined;
  #readAt = 0;
  #reading: Promise<Access> | undefined;

  /** @param load makes a new KubeConfig, as `kubeConfigFrom` does; called at once and after each 401 */
  constructor(load: () => KubeConfig, clock: Clock, metrics: Metrics) {
    this.#load = load;
    this.#clock = clock;
    this.#metrics = metrics;
    this.#config = load();
  }

  /** `host:port` of the API server, for logs and metrics. */
  get host(): string {
    return new URL(serverOf(this.#config)).host;
  }

  /** @throws Upstream `CredentialsUnavailable` when there never were any; later failures are counted, and the last ones kept. */
  async current(): Promise<Access> {
    if (this.#access !== undefined && this.#clock.monotonic() - this.#readAt < FRESH_FOR) return this.#access;
    try {
      return await this.#read();
    } catch (error) {
      if (this.#access === undefined) throw error;
      this.#readAt = this.#clock.monotonic();
      return this.#access;
    }
  }

  /** Forgets the KubeConfig with all its caches. @throws Upstream `CredentialsUnavailable`. */
  async renew(): Promise<Access> {
    if (this.#reading !== undefined) await this.#reading.catch(() => undefined);
    return this.#read(this.#load);
  }

  #read(load?: () => KubeConfig): Promise<Access> {
    this.#reading ??= this.#readNow(load).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readNow(load?: () => KubeConfig): Promise<Access> {
    try {
      if (load !== undefined) this.#config = load();
      const access = await this.#inTime(accessFrom(this.#config));
      this.#access = access;
      this.#readAt = this.#clock.monotonic();
      return access;
    } catch (error) {
      this.#metrics.count('code_credentials_failures_total');
      throw unavailable(error);
    }
  }

  /** An exec plugin that hangs is left behind, not awaited for ever. */
  async #inTime(reading: Promise<Access>): Promise<Access> {
    let cancel = (): void => undefined;
    const timeUp = new Promise<never>((_, reject) => {
      cancel = this.#clock.after(READ_WITHIN, () => reject(new Error('the credentials were not read in time')));
    });
    try {
      return await Promise.race([reading, timeUp]);
    } finally {
      cancel();
    }
  }
}

async function accessFrom(config: KubeConfig): Promise<Access> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, passphrase, pfx, rejectUnauthorized, servername } = options;
  const tls: TlsMaterial = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(pfx === undefined ? {} : { pfx }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    ...(servername === undefined ? {} : { servername }),
  };
  return { server: serverOf(config), headers: headersFrom(options), tls, tlsDigest: digest(tls) };
}

function serverOf(config: KubeConfig): string {
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new Upstream('CredentialsUnavailable', 'the kubeconfig names no cluster: set its current-context');
  }
  if (cluster.proxyUrl !== undefined) {
    throw new Upstream(
      'CredentialsUnavailable',
      'proxy-url of a kubeconfig is not supported: remove it and use a direct address',
    );
  }
  return cluster.server;
}

function headersFrom(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    // A token file often ends with a newline, which no header may hold.
    if (value !== undefined) headers[name.toLowerCase()] = String(value).trim();
  }
  if (typeof options.auth === 'string') {
    headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  }
  return headers;
}

function digest(tls: TlsMaterial): string {
  const hash = createHash('sha256');
  for (const [name, value] of Object.entries(tls)) hash.update(`${name}\0${String(value)}\0`);
  return hash.digest('hex');
}

/** Says what is known to be harmless only: what a plugin printed, or what a parser stumbled over, may hold a token. */
function unavailable(error: unknown): Upstream {
  if (error instanceof Upstream) return error;
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return new Upstream(
    'CredentialsUnavailable',
    `could not obtain credentials for the API server${code}: check the kubeconfig's user, its token file or its exec plugin`,
  );
}
