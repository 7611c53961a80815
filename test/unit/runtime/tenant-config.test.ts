import { assert } from 'chai';
import { Denied } from '../../../operator/api/errors.ts';
import type { KubeObject } from '../../../operator/api/objects.ts';
import { keyOf, type Reference, type ResourceName } from '../../../operator/api/resources.ts';
import { caches, configCaches } from '../../../operator/core/caches.ts';
import type { LiveRead } from '../../../operator/runtime/caches.ts';
import type { Feed, FeedEvent } from '../../../operator/runtime/feed.ts';
import { Store } from '../../../operator/runtime/store.ts';
import { TenantConfig } from '../../../operator/runtime/tenant-config.ts';
import { RecordedLog } from '../../support/recorded-log.ts';
import { RecordedMetrics } from '../../support/recorded-metrics.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { settle, VirtualClock } from '../../support/virtual-clock.ts';

const as = { kind: 'service-account', namespace: 'acme-prod', name: 'code-tenant' } as const;
const named = (name: string, version: number, more: object = {}) =>
  ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'acme-prod', uid: `u-${name}`, resourceVersion: String(version) },
    ...more,
  }) as KubeObject;

/** One watch that the test speaks through. */
class Line implements Feed {
  readonly #events: FeedEvent[] = [];
  #more: () => void = () => {};
  ended = false;

  say(event: FeedEvent): void {
    this.#events.push(event);
    this.#more();
  }

  page(): never {
    throw new Error('nobody lists');
  }

  async watch(_version: string | undefined, _seconds: number, signal: AbortSignal): Promise<AsyncIterable<FeedEvent>> {
    signal.addEventListener('abort', () => {
      this.ended = true;
      this.#more();
    });
    return this.#spoken();
  }

  async *#spoken(): AsyncGenerator<FeedEvent> {
    while (!this.ended) {
      const event = this.#events.shift();
      if (event !== undefined) yield event;
      else await new Promise<void>((more) => (this.#more = more));
    }
  }
}

class Rig {
  readonly reads: string[] = [];
  readonly woken: string[] = [];
  readonly lines = new Map<string, Line>();
  readonly objects = new Map<string, KubeObject>();
  readonly stop = new AbortController();
  readonly config: TenantConfig;
  readonly deployments: Store;
  refuse = false;

  constructor() {
    const definition = caches.find(({ resource }) => resource === 'Deployment');
    if (definition === undefined) throw new Error('there is no cache of Deployments');
    const fault = () => assert.fail('no function of the cache throws');
    this.deployments = new Store(definition, { fault, yield: async () => {} });
    const read = async (reference: Reference): Promise<KubeObject | undefined> => {
      this.reads.push(`${reference.resource} ${reference.name}`);
      if (this.refuse) throw new Denied('Forbidden', 'User "x" cannot get resource "configmaps"');
      return this.objects.get(`${reference.resource}/${keyOf(reference)}`);
    };
    this.config = new TenantConfig({
      caches: {
        store: () => this.deployments,
        subscribe: (_resource: ResourceName, handler) => this.deployments.subscribe(handler),
      },
      read: read as LiveRead, // border: the caller states the type
      feedOf: (kind, namespace) => {
        const line = new Line();
        this.lines.set(`${kind}/${namespace}`, line);
        return line;
      },
      clock: new VirtualClock(),
      random: seededRandom(1),
      metrics: new RecordedMetrics(),
      log: new RecordedLog(),
      signal: this.stop.signal,
    });
    this.config.wakes((key) => this.woken.push(key));
  }

  deploy(name: string, map: string | undefined, version = 1): void {
    const containers = [{ name: 'web', ...(map === undefined ? {} : { envFrom: [{ configMapRef: { name: map } }] }) }];
    const metadata = { name, namespace: 'acme-prod', uid: `u-${name}`, resourceVersion: String(version) };
    const spec = { template: { spec: { containers } } };
    this.deployments.put(
      { apiVersion: 'code-engine.dev/v1alpha1', kind: 'Deployment', metadata, spec } as KubeObject,
      `${version}`,
    );
  }

  put(object: KubeObject): void {
    this.objects.set(`${object.kind}/${keyOf(object.metadata)}`, object);
  }

  look(name: string) {
    const question = { kind: 'ConfigMap', name } as const;
    return this.config.look('acme-prod', [question], as, this.stop.signal);
  }

  get line(): Line | undefined {
    return this.lines.get('ConfigMap/acme-prod');
  }

  /** The watch shows these, and that there are no others. */
  async synced(...objects: readonly KubeObject[]): Promise<void> {
    for (const object of objects)
      this.line?.say({ type: 'put', object, version: object.metadata.resourceVersion ?? '' });
    this.line?.say({ type: 'bookmark', version: '10', initialEventsEnd: true });
    await settle();
  }
}

describe('config of tenants', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(() => rig.stop.abort());

  it('is read once for each change of it, and told without what it holds', async () => {
    rig.deploy('shop', 'env');
    rig.put(named('env', 5, { data: { color: 'blue' } }));
    const [sight] = await rig.look('env');
    await rig.synced(named('env', 5));
    assert.deepEqual(await rig.look('env'), [sight]);
    assert.deepEqual(rig.reads, ['ConfigMap env']);
    assert.notInclude(JSON.stringify(sight), 'blue');

    rig.put(named('env', 11, { data: { color: 'green' } }));
    rig.line?.say({ type: 'put', object: named('env', 11), version: '11' });
    await settle();
    const [changed] = await rig.look('env');
    assert.notDeepEqual(changed, sight);
    assert.lengthOf(rig.reads, 2);
  });

  it('wakes every Deployment that names it, and no other; a copy stands for its source', async () => {
    rig.deploy('shop', 'env');
    rig.deploy('till', 'env');
    rig.deploy('bank', 'other');
    rig.put(named('env', 5));
    await rig.look('env');
    await rig.synced();
    rig.woken.length = 0;
    rig.line?.say({ type: 'put', object: named('env', 11), version: '11' });
    rig.line?.say({ type: 'put', object: named('nobody', 12), version: '12' });
    await settle();
    assert.sameMembers(rig.woken, ['acme-prod/shop', 'acme-prod/till']);
    const copy = named('other-0a1b2c3d4e', 13);
    const metadata = { ...copy.metadata, annotations: { 'code-engine.dev/copy-of': 'other' } };
    rig.line?.say({ type: 'put', object: { ...copy, metadata }, version: '13' });
    await settle();
    assert.equal(rig.woken.at(-1), 'acme-prod/bank');
  });

  it('is believed to be absent by the API server alone, since a watch may be behind', async () => {
    rig.deploy('shop', 'env');
    assert.deepEqual(await rig.look('env'), [{ state: 'absent' }]);
    await rig.synced();
    rig.put(named('env', 11));
    assert.equal((await rig.look('env'))[0]?.state, 'present');
  });

  it('is watched once a namespace, while a Deployment there names any', async () => {
    rig.deploy('shop', 'env');
    rig.put(named('env', 5));
    await rig.look('env');
    const { line } = rig;
    await rig.look('env');
    assert.equal(rig.line, line);
    assert.deepEqual([...rig.lines.keys()], ['ConfigMap/acme-prod']);
    rig.deploy('shop', undefined, 2);
    await settle();
    assert.isTrue(line?.ended);
    await rig.look('env');
    assert.equal(rig.line, line, 'what nobody names is read and not watched');
  });

  it('that may not be read is told in the words of the API server, and not watched', async () => {
    rig.deploy('shop', 'env');
    rig.refuse = true;
    assert.deepEqual(await rig.look('env'), [
      { state: 'refused', message: 'User "x" cannot get resource "configmaps"' },
    ]);
    assert.isEmpty([...rig.lines]);
  });

  it('is kept without its contents, and without what others wrote on it', () => {
    const metadata = {
      ...named('env', 5).metadata,
      annotations: { 'code-engine.dev/config': 'live', 'kubectl.kubernetes.io/last-applied-configuration': 'secret' },
      labels: { team: 'a' },
    };
    const kept = configCaches.Secret.project?.({
      apiVersion: 'meta.k8s.io/v1',
      kind: 'PartialObjectMetadata',
      metadata,
    });
    assert.deepEqual(JSON.parse(JSON.stringify(kept)), {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: 'env',
        namespace: 'acme-prod',
        uid: 'u-env',
        resourceVersion: '5',
        labels: {},
        annotations: { 'code-engine.dev/config': 'live' },
      },
    });
  });
});
