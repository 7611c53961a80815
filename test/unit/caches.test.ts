import { assert } from 'chai';
import type { KubeObject } from '../../operator/api/objects.ts';
import type { Reference } from '../../operator/api/resources.ts';
import { OPERATOR } from '../../operator/core/action.ts';
import type { WriteOptions } from '../../operator/ports/kube.ts';
import { added, answer, bookmark, CacheRig, deleted, list, planned, pod, status } from '../support/cache-rig.ts';
import type { Exchange, Script } from '../support/scripted-server.ts';
import { thrownBy } from '../support/thrown-by.ts';
import { settle } from '../support/virtual-clock.ts';

const KEY = 'Deployment default/web';
const reference = (name: string): Reference => ({ resource: 'Pod', namespace: 'default', name });
const names = (objects: readonly KubeObject[]) => objects.map(({ metadata }) => metadata.name).sort();

describe('the caches', () => {
  let rig: CacheRig;
  /** The watch of the cache, for the test to send lines into. */
  let watch: Exchange;
  const write = (): WriteOptions => ({ as: OPERATOR, fieldManager: 'code-test', signal: rig.signal });

  /** Caches that hold a@1 and b@2 at version 5; objects are answered by `objects`. */
  async function start(objects: Script = answer(404, status(404, 'NotFound'))): Promise<void> {
    const feed = planned({
      list: [answer(200, list(5, pod('a', 1), pod('b', 2)))],
      watch: [
        (exchange) => {
          exchange.open();
          watch = exchange;
        },
      ],
    });
    const namespace = ({ metadata }: KubeObject): readonly string[] => [metadata.namespace ?? ''];
    rig = await CacheRig.start(
      (exchange) =>
        (exchange.request.path.endsWith('/pods') && exchange.request.method === 'GET' ? feed : objects)(exchange),
      {
        definition: { indexes: { namespace } },
      },
    );
    rig.run();
    await rig.sees('the watch began', () => watch !== undefined && rig.asked.includes('watch 5'));
  }

  const recording = () => rig.client.recording(rig.caches.writes.hook(KEY));
  const reader = () => rig.caches.reader(KEY, rig.signal);

  afterEach(() => rig.stop());

  it('R20 ask the server once a kind, however many listen and read', async () => {
    await start();
    const heard: string[] = [];
    for (const listener of ['x', 'y', 'z'])
      rig.caches.subscribe('Pod', ({ type }) => heard.push(`${listener} ${type}`));
    await Promise.all(['one', 'two', 'three'].map((key) => rig.caches.reader(key, rig.signal)));
    await watch.line(added(pod('c', 6)));
    await rig.sees('all three were told', () => heard.length === 3);
    assert.deepEqual(rig.asked, ['watch-list', 'list', 'watch 5']);
  });

  it('R22 give each pass what the key means now, not what the event said', async () => {
    await start();
    const pass = await reader();
    assert.equal(pass.get(reference('a'))?.metadata.resourceVersion, '1');
    await watch.line(added(pod('a', 6)));
    await watch.line(deleted(pod('b', 7)));
    await rig.sees('both events arrived', () => rig.store.version === '7');
    assert.equal(pass.get(reference('a'))?.metadata.resourceVersion, '6');
    assert.isUndefined(pass.get(reference('b')));
    assert.deepEqual(names(pass.by('Pod', 'namespace', 'default')), ['a']);
  });

  it('R22 read the object itself, uncached, where a call cannot be taken back', async () => {
    await start(answer(200, pod('a', 9)));
    const pass = await reader();
    assert.equal((await pass.read(reference('a'), OPERATOR, rig.signal))?.metadata.resourceVersion, '9');
    assert.equal(pass.get(reference('a'))?.metadata.resourceVersion, '1');
  });

  it('R24 a pass waits until the watch brings what the key wrote', async () => {
    await start(answer(200, pod('a', 6)));
    await recording().apply(pod('a', 1), write());
    let begun = false;
    const pass = reader().then((given) => {
      begun = true;
      return given;
    });
    await settle();
    assert.isFalse(begun);
    await watch.line(added(pod('a', 6)));
    assert.equal((await pass).get(reference('a'))?.metadata.resourceVersion, '6');
  });

  it('R24 a pass of another key does not wait for it', async () => {
    await start(answer(200, pod('a', 6)));
    await recording().apply(pod('a', 1), write());
    const pass = await rig.caches.reader('Deployment default/other', rig.signal);
    assert.equal(pass.get(reference('a'))?.metadata.resourceVersion, '1');
  });

  it('R24 a bookmark as new as the write is enough', async () => {
    await start(answer(200, pod('unseen', 6)));
    await recording().apply(pod('unseen', 1), write());
    const pass = reader();
    await watch.line(bookmark(6));
    assert.isUndefined((await pass).get(reference('unseen')));
  });

  it('R24 after 5 s a pass reads its own writes from the server, in lookups and in indexes', async () => {
    await start((exchange) => exchange.json(200, exchange.request.path.endsWith('/a') ? pod('a', 6) : pod('c', 7)));
    await recording().apply(pod('a', 1), write());
    await recording().apply(pod('c', 1), write());
    const pass = reader();
    await settle();
    await rig.clock.advance(5_000);
    const given = await pass;
    assert.equal(given.get(reference('a'))?.metadata.resourceVersion, '6');
    assert.equal(given.get(reference('b'))?.metadata.resourceVersion, '2');
    const indexed = given.by('Pod', 'namespace', 'default');
    assert.deepEqual(indexed.map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`).sort(), [
      'a@6',
      'b@2',
      'c@7',
    ]);
    assert.isTrue(indexed.every(Object.isFrozen));
  });

  it('R24 a pass waits for what was there when its patch was refused, and reads it from the server after 5 s', async () => {
    await start((exchange) =>
      exchange.request.method === 'PATCH'
        ? exchange.json(409, status(409, 'Conflict'))
        : exchange.json(200, pod('a', 6)),
    );
    const patch = { metadata: { resourceVersion: '1' }, status: { phase: 'Failed' } };
    const refused = recording().patchStatus(reference('a'), patch, write());
    assert.equal(await refused.catch(({ reason }) => reason), 'Conflict');
    const pass = reader();
    await settle();
    await rig.clock.advance(5_000);
    assert.equal((await pass).get(reference('a'))?.metadata.resourceVersion, '6');
    await watch.line(added(pod('a', 6)));
    await reader();
    assert.equal(rig.caches.writes.size, 0);
  });

  it('R24 a pass does not see what the key deleted', async () => {
    await start((exchange) => exchange.json(exchange.request.method === 'DELETE' ? 200 : 404, status(404, 'NotFound')));
    await recording().delete(reference('a'), { uid: 'a' }, 'Background', write());
    const pass = reader();
    await settle();
    await rig.clock.advance(5_000);
    const given = await pass;
    assert.isUndefined(given.get(reference('a')));
    assert.deepEqual(names(given.by('Pod', 'namespace', 'default')), ['b']);
    await watch.line(deleted(pod('a', 8)));
    await rig.sees('the deletion arrived', () => rig.store.version === '8');
    assert.deepEqual(names((await reader()).by('Pod', 'namespace', 'default')), ['b']);
  });

  it('R24 a dry run is no write, and a kind that is not cached is not waited for', async () => {
    await start(answer(200, pod('a', 6)));
    await recording().apply(pod('a', 1), { ...write(), dryRun: true });
    const event = { apiVersion: 'v1', kind: 'Event', metadata: { namespace: 'default', name: 'e' } };
    await recording().create(event, write());
    assert.equal((await reader()).get(reference('a'))?.metadata.resourceVersion, '1');
  });

  it('R27 a pass that is stopped while it waits does not begin', async () => {
    await start(answer(200, pod('a', 6)));
    await recording().apply(pod('a', 1), write());
    const stop = new AbortController();
    const pass = rig.caches.reader(KEY, stop.signal).then(
      () => 'begun',
      (reason: unknown) => reason,
    );
    stop.abort('deadline');
    assert.equal(await pass, 'deadline');
  });

  it('R42 hold nothing of writes that are known, and nothing of a key that was forgotten', async () => {
    await start(answer(200, pod('a', 6)));
    await recording().apply(pod('a', 1), write());
    await watch.line(added(pod('a', 6)));
    await reader();
    assert.equal(rig.caches.writes.size, 0);
    await rig.client.recording(rig.caches.writes.hook('gone')).apply(pod('a', 1), write());
    rig.caches.writes.forget('gone');
    assert.equal(rig.caches.writes.size, 0);
  });

  it('name a kind that nobody caches', async () => {
    await start();
    const pass = await reader();
    const error = await thrownBy(Promise.resolve().then(() => pass.get({ resource: 'Lease', name: 'x' })));
    assert.deepEqual([error.name, error.reason], ['Bug', 'NoCache']);
  });
});
