import type { KubeObject } from '../api/objects.ts';
import type { CacheDefinition } from '../core/caches.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Random } from '../ports/random.ts';
import type { Feed } from './feed.ts';
import { Reflector } from './reflector.ts';
import { Store, type StoreHandler } from './store.ts';

export interface ConfigWatchParts {
  readonly definition: CacheDefinition;
  readonly feed: Feed;
  readonly onChange: StoreHandler;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Ends every watch. */
  readonly signal: AbortSignal;
}

export interface ConfigWatch {
  readonly synced: boolean;
  readonly refused: boolean;
  get(key: string): KubeObject | undefined;
  stop(): void;
}

/** There may be one for each namespace, and each opening is a request: longer than the watches of whole kinds. */
const WATCH_SECONDS = [1_800, 3_600] as const;

/** Keeps the metadata of one kind in one namespace until it is stopped. */
export function watchConfig({ definition, feed, onChange, signal, ...parts }: ConfigWatchParts): ConfigWatch {
  const { clock, metrics, log } = parts;
  const stopping = new AbortController();
  const store = new Store(definition, {
    yield: () => clock.sleep(0),
    fault: (where, error) => {
      metrics.count('code_informer_faults_total', { resource: definition.resource, where });
      log.error('a function of a cache threw; its answer is left out', { where, error: String(error) });
    },
  });
  store.subscribe(onChange);
  // One series a kind cannot show many watches: only what they count is added up.
  const counted: Metrics = { count: metrics.count.bind(metrics), gauge: () => {}, observe: () => {} };
  const reflector = new Reflector({ ...parts, metrics: counted, store, feed, watchSeconds: WATCH_SECONDS });
  void reflector.run(AbortSignal.any([signal, stopping.signal]));
  return {
    get synced() {
      return reflector.synced;
    },
    get refused() {
      return reflector.refused;
    },
    get: (key) => store.get(key),
    stop: () => stopping.abort(),
  };
}
