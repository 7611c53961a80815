/** Caches over the real wire to a scripted server, in virtual time: for the faults of lists and watches. */
import { KubeWire } from '../../operator/adapters/kube/wire.ts';
import type { KubeObject } from '../../operator/api/objects.ts';
import type { CacheDefinition } from '../../operator/core/caches.ts';
import { Caches } from '../../operator/runtime/caches.ts';
import { Client } from '../../operator/runtime/client.ts';
import { KubeFeed } from '../../operator/runtime/feed.ts';
import { Transport } from '../../operator/runtime/transport.ts';
import { FixedAccess } from './fixed-access.ts';
import { RecordedLog } from './recorded-log.ts';
import { RecordedMetrics } from './recorded-metrics.ts';
import { type Exchange, type Script, ScriptedServer } from './scripted-server.ts';
import { seededRandom } from './seeded-random.ts';
import { until } from './until.ts';
import { VirtualClock } from './virtual-clock.ts';

/** Real time that anything awaited in these tests may take; nothing is measured by it. */
const PATIENCE = 10_000;

export interface RigOptions {
  readonly definition?: Partial<CacheDefinition>;
  readonly seed?: number;
}

export class CacheRig {
  readonly clock = new VirtualClock();
  readonly metrics = new RecordedMetrics();
  readonly log = new RecordedLog();
  /** `added a@1`, in the order they were told. */
  readonly events: string[] = [];
  readonly server: ScriptedServer;
  readonly client: Client;
  readonly caches: Caches;
  readonly #wire: KubeWire;
  readonly #stop = new AbortController();
  #failures = 0;
  #running: Promise<void> | undefined;

  static async start(script: Script, options: RigOptions = {}): Promise<CacheRig> {
    return new CacheRig(await ScriptedServer.start(script), options);
  }

  private constructor(server: ScriptedServer, options: RigOptions) {
    const { clock, metrics, log } = this;
    const random = seededRandom(options.seed ?? 1);
    this.server = server;
    this.#wire = new KubeWire(new FixedAccess(server.url), clock);
    const transport = new Transport({ wire: this.#wire, clock, random, metrics, version: '0', host: 'test' });
    this.client = new Client({ transport, clock, controller: 'test' });
    this.caches = new Caches({
      definitions: [{ resource: 'Pod', indexes: {}, ...options.definition }],
      feedOf: (definition) => new KubeFeed(definition, transport, clock),
      read: (reference, as, signal) => this.client.read(reference, as, signal),
      clock,
      random,
      metrics,
      log,
      freeze: 'deep',
    });
    this.caches.subscribe('Pod', ({ type, object }) => {
      this.events.push(`${type} ${object.metadata.name}@${object.metadata.resourceVersion}`);
    });
  }

  /** Starts the caches; a test that subscribes does so before. */
  run(): this {
    this.#running = this.caches.run(this.#stop.signal);
    return this;
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get store() {
    return this.caches.store('Pod');
  }

  /** What is in the cache: `a@1`, sorted. */
  get cached(): readonly string[] {
    return [...this.store.entries()].map(([, { metadata }]) => `${metadata.name}@${metadata.resourceVersion}`).sort();
  }

  /** The requests so far: `list`, `watch-list`, `watch 7`. */
  get asked(): readonly string[] {
    return this.server.requests.map(({ query }) => {
      if (query['watch'] !== '1') return query['continue'] === undefined ? 'list' : `list ${query['continue']}`;
      return query['sendInitialEvents'] === 'true' ? 'watch-list' : `watch ${query['resourceVersion']}`;
    });
  }

  sees(what: string, condition: () => boolean): Promise<true> {
    return until(
      () => `${what}; asked ${JSON.stringify(this.asked)}, told ${JSON.stringify(this.events)}`,
      PATIENCE,
      () => (condition() ? (true as const) : undefined),
    );
  }

  async synced(): Promise<void> {
    await this.sees('the cache was complete', () => this.caches.states.every(({ synced }) => synced));
  }

  /** Waits for the next failure that a reflector notes, lets its wait pass, and returns it: reason and milliseconds. */
  async failure(): Promise<{ readonly reason: string; readonly wait: number }> {
    const failed = () => this.log.entries.filter(({ fields }) => fields['waitMilliseconds'] !== undefined);
    await this.sees('the reflector noted a failure', () => failed().length > this.#failures);
    const fields = failed()[this.#failures++]?.fields;
    const wait = Number(fields?.['waitMilliseconds']);
    await this.clock.advance(wait + 1);
    return { reason: String(fields?.['reason']), wait };
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#wire.close();
    await this.server.stop();
  }
}

/** A pod as the API server would send it; its uid is its name unless it was created again. */
export function pod(name: string, version: number, uid = name): KubeObject {
  const metadata = { namespace: 'default', name, uid, resourceVersion: String(version) };
  return { apiVersion: 'v1', kind: 'Pod', metadata };
}

export function list(version: number, ...items: readonly KubeObject[]): object {
  return { apiVersion: 'v1', kind: 'PodList', metadata: { resourceVersion: String(version) }, items };
}

export const added = (object: KubeObject) => ({ type: 'ADDED', object });
export const modified = (object: KubeObject) => ({ type: 'MODIFIED', object });
export const deleted = (object: KubeObject) => ({ type: 'DELETED', object });

export function bookmark(version: number, initialEventsEnd = false): object {
  const annotations = initialEventsEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
  return { type: 'BOOKMARK', object: { kind: 'Pod', metadata: { resourceVersion: String(version), ...annotations } } };
}

export function status(code: number, reason: string): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: `scripted ${reason}` };
}

/** What the server does at each question: one entry a question of that sort, the last one for all later ones. */
export interface Plan {
  /** Left out: the server cannot list by watching, and says so. */
  readonly watchList?: readonly Script[];
  readonly list?: readonly Script[];
  readonly watch?: readonly Script[];
}

/** A server that follows the plan; a question the plan does not name is never answered. */
export function planned(plan: Plan): Script {
  const counts = { watchList: 0, list: 0, watch: 0 };
  return (exchange: Exchange) => {
    const { query } = exchange.request;
    const sort = query['watch'] !== '1' ? 'list' : query['sendInitialEvents'] === 'true' ? 'watchList' : 'watch';
    const scripts = plan[sort];
    if (scripts === undefined && sort === 'watchList') return exchange.json(422, status(422, 'Invalid'));
    const script = scripts?.[Math.min(counts[sort]++, scripts.length - 1)];
    return script?.(exchange);
  };
}

/** Sends lines and leaves the stream open. */
export const lines =
  (...values: readonly object[]): Script =>
  async (exchange) => {
    exchange.open();
    for (const value of values) await exchange.line(value);
  };

export const answer =
  (code: number, body: object, headers: Readonly<Record<string, string>> = {}): Script =>
  (exchange) =>
    exchange.json(code, body, headers);
