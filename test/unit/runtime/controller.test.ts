import { assert } from 'chai';
import type { KubeObject } from '../../../operator/api/objects.ts';
import type { ResourceName } from '../../../operator/api/resources.ts';
import type { Room, Trigger } from '../../../operator/core/room.ts';
import { Caches } from '../../../operator/runtime/caches.ts';
import { controller } from '../../../operator/runtime/controller.ts';
import type { Feed, FeedEvent } from '../../../operator/runtime/feed.ts';
import type { Workers } from '../../../operator/runtime/workers.ts';
import { RecordedLog } from '../../support/recorded-log.ts';
import { RecordedMetrics } from '../../support/recorded-metrics.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { type Seen, smallObject, smallRoom } from '../../support/small-room.ts';
import { until } from '../../support/until.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** One kind at an API server that says what a test says. */
class Told implements Feed {
  readonly #objects: readonly KubeObject[];
  #say: ((event: FeedEvent) => void) | undefined;

  constructor(objects: readonly KubeObject[]) {
    this.#objects = objects;
  }

  page = async () => ({ objects: this.#objects, version: '10' });

  watch = async (
    version: string | undefined,
    _seconds: number,
    signal: AbortSignal,
  ): Promise<AsyncIterable<FeedEvent>> => {
    const events: FeedEvent[] =
      version === undefined
        ? [
            ...this.#objects.map((object) => ({ type: 'put', object, version: '10' }) as const),
            { type: 'bookmark', version: '10', initialEventsEnd: true },
          ]
        : [];
    let wake = Promise.withResolvers<void>();
    this.#say = (event) => {
      events.push(event);
      wake.resolve();
    };
    signal.addEventListener('abort', () => wake.resolve());
    return (async function* () {
      while (!signal.aborted) {
        const next = events.shift();
        if (next !== undefined) yield next;
        else {
          await wake.promise;
          wake = Promise.withResolvers<void>();
        }
      }
    })();
  };

  say(type: 'put' | 'remove', object: KubeObject): void {
    this.#say?.({ type, object, version: object.metadata.resourceVersion ?? '' });
  }
}

const namespace = (name: string, tenant: string, resourceVersion = '10'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, resourceVersion, labels: { 'code-engine.dev/tenant': tenant } },
});
const tenantOf: Trigger['keys'] = ({ metadata }) => [{ name: metadata.labels?.['code-engine.dev/tenant'] ?? '' }];

class Rig {
  readonly clock = new VirtualClock();
  readonly metrics = new RecordedMetrics();
  readonly log = new RecordedLog();
  readonly passes: string[] = [];
  /** Whether a pass brings its key to rest. */
  rests = true;
  readonly tenants: Told;
  readonly namespaces = new Told([namespace('acme-prod', 'acme')]);
  readonly caches: Caches;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(objects: readonly KubeObject[] = [smallObject({ resourceVersion: '10' })]) {
    this.tenants = new Told(objects);
    const feeds: Partial<Record<ResourceName, Told>> = { Tenant: this.tenants, Namespace: this.namespaces };
    this.caches = new Caches({
      ...this,
      random: seededRandom(1),
      definitions: [
        { resource: 'Tenant', indexes: {} },
        { resource: 'Namespace', indexes: {} },
      ],
      feedOf: ({ resource }) => feeds[resource] ?? new Told([]),
      read: async () => undefined,
      freeze: 'deep',
    });
  }

  async start(triggers: readonly Trigger[] = []): Promise<Workers> {
    this.#running = this.caches.run(this.#stop.signal);
    await this.caches.synced(this.#stop.signal);
    const room: Room<Seen> = { ...smallRoom(), triggers };
    const workers = controller({
      ...this,
      room,
      random: seededRandom(1),
      workers: 2,
      pass: async (key) => {
        this.passes.push(key);
        return this.rests ? { kind: 'done' } : { kind: 'wait' };
      },
    });
    workers.start();
    return workers;
  }

  async passed(count: number): Promise<readonly string[]> {
    await until(
      () => `${count} passes ran; there were ${this.passes}`,
      5_000,
      () => this.passes.length >= count,
    );
    return this.passes;
  }

  /** Resolves when the cache of a kind knows the version: its handlers have run. */
  async knows(resource: ResourceName, version: string): Promise<void> {
    await this.caches.store(resource).waitFor(version, this.#stop.signal);
    await this.clock.advance(0);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }
}

describe('a controller', () => {
  let rig: Rig;
  afterEach(() => rig.stop());

  it('runs no pass for what it found at the start until it is told to', async () => {
    rig = new Rig();
    const workers = await rig.start();
    await rig.clock.advance(1_000);
    assert.deepEqual(rig.passes, []);
    workers.addAll();
    assert.deepEqual(await rig.passed(1), ['acme']);
  });

  it('runs a pass for a change of the spec, for an object that comes and for one that goes', async () => {
    rig = new Rig();
    await rig.start();
    rig.tenants.say('put', smallObject({ resourceVersion: '11', generation: 2 }));
    assert.deepEqual(await rig.passed(1), ['acme']);
    rig.tenants.say('put', smallObject({ resourceVersion: '12', name: 'beta', uid: 'u-beta' }));
    assert.deepEqual(await rig.passed(2), ['acme', 'beta']);
    rig.tenants.say('remove', smallObject({ resourceVersion: '13', generation: 2 }));
    assert.deepEqual(await rig.passed(3), ['acme', 'beta', 'acme']);
  });

  it('begins a hundred of a burst, goes on as they come to rest, and lets what a person asks of one pass them', async () => {
    rig = new Rig();
    const workers = await rig.start();
    const tenant = (name: string, metadata: object = {}) =>
      smallObject({ resourceVersion: '11', namespace: 'acme-prod', name, uid: `u-${name}`, ...metadata });
    const names = Array.from({ length: 103 }, (_, index) => `t-${index}`);
    const keyed = (...some: readonly string[]) => some.map((name) => `acme-prod/${name}`);
    rig.rests = false;
    for (const name of names) rig.tenants.say('put', tenant(name));
    await rig.passed(100);
    rig.tenants.say('put', tenant('t-102', { resourceVersion: '12', annotations: { 'code-engine.dev/abort': '1' } }));
    assert.deepEqual(await rig.passed(101), keyed(...names.slice(0, 100), 't-102'));
    workers.report();
    assert.equal(rig.metrics.gauges.get('code_keys_to_begin{controller=tenant}'), 3);
    rig.rests = true;
    rig.tenants.say('put', tenant('t-0', { resourceVersion: '13', annotations: { 'code-engine.dev/retry': '1' } }));
    assert.deepEqual((await rig.passed(105)).slice(101), keyed('t-0', 't-100', 't-101', 't-102'));
  });

  it('runs none for a status that was written, which is our own doing (R25)', async () => {
    rig = new Rig();
    await rig.start();
    rig.tenants.say('put', smallObject({ resourceVersion: '11' }, { status: { observedGeneration: 1 } }));
    await rig.knows('Tenant', '11');
    assert.deepEqual(rig.passes, []);
  });

  it('is woken by what its room watches, in the state that was and the one that is (R26)', async () => {
    rig = new Rig([
      smallObject({ resourceVersion: '10' }),
      smallObject({ resourceVersion: '10', name: 'beta', uid: 'u-beta' }),
    ]);
    await rig.start([{ resource: 'Namespace', keys: tenantOf }]);
    rig.namespaces.say('put', namespace('acme-prod', 'beta', '11'));
    assert.sameMembers([...(await rig.passed(2))], ['acme', 'beta']);
  });

  it('runs none for a key that names nothing', async () => {
    rig = new Rig();
    await rig.start([{ resource: 'Namespace', keys: tenantOf }]);
    rig.namespaces.say('put', namespace('other', 'nobody', '11'));
    await rig.knows('Namespace', '11');
    assert.deepEqual(rig.passes, []);
  });

  it('follows figures that move often at a walk: one pass for all changes meanwhile', async () => {
    rig = new Rig();
    await rig.start([{ resource: 'Namespace', after: 2_000, keys: tenantOf }]);
    for (const version of ['11', '12', '13']) rig.namespaces.say('put', namespace('acme-prod', 'acme', version));
    await rig.knows('Namespace', '13');
    await rig.clock.advance(1_999);
    assert.deepEqual(rig.passes, []);
    await rig.clock.advance(1);
    assert.deepEqual(await rig.passed(1), ['acme']);
  });

  it('survives a trigger that throws (R17)', async () => {
    rig = new Rig();
    await rig.start([
      {
        resource: 'Namespace',
        keys: () => {
          throw new Error('broken');
        },
      },
    ]);
    rig.namespaces.say('put', namespace('acme-prod', 'acme', '11'));
    await rig.knows('Namespace', '11');
    rig.tenants.say('put', smallObject({ resourceVersion: '11', generation: 2 }));
    assert.deepEqual(await rig.passed(1), ['acme']);
  });

  it('forgets what passes wrote for an object that is gone (R42)', async () => {
    rig = new Rig();
    await rig.start();
    rig.caches.writes.hook('tenant/acme')({ resource: 'Tenant', name: 'acme' }, { resourceVersion: '99' });
    assert.equal(rig.caches.writes.size, 1);
    rig.tenants.say('remove', smallObject({ resourceVersion: '11' }));
    await rig.passed(1);
    assert.equal(rig.caches.writes.size, 0);
  });
});
