import { assert } from 'chai';
import type { Page } from '../../operator/runtime/feed.ts';
import { ReconnectDelay } from '../../operator/runtime/reconnect-delay.ts';
import { cacheMisses } from '../../operator/runtime/safety-relist.ts';
import { Store } from '../../operator/runtime/store.ts';
import {
  added,
  answer,
  bookmark,
  CacheRig,
  lines,
  list,
  modified,
  planned,
  pod,
  status,
} from '../support/cache-rig.ts';
import type { Script } from '../support/scripted-server.ts';
import { settle, VirtualClock } from '../support/virtual-clock.ts';

const notFound = answer(404, status(404, 'NotFound'));
const forbidden = answer(403, status(403, 'Forbidden'));

describe('a reflector', () => {
  let rig: CacheRig;

  afterEach(() => rig.stop());

  const start = async (script: Script, options = {}): Promise<void> => {
    rig = await CacheRig.start(script, options);
    rig.run();
  };

  it('is complete without a kind that a cluster may do without, and takes it up once it is defined', async () => {
    const watchList = [notFound, notFound, lines(added(pod('a', 1)), bookmark(7, true))];
    await start(planned({ watchList }), { definition: { optional: true } });
    const serves = async () => (await rig.caches.reader('x', rig.signal)).serves('Pod');
    await rig.synced();
    assert.deepEqual([await serves(), rig.log.entries.length], [false, 1]);
    await rig.clock.advance(10_001);
    await rig.sees('it was looked for again', () => rig.asked.length === 2);
    await rig.clock.advance(10_001);
    await rig.sees('its objects are there', () => rig.cached.length === 1);
    assert.deepEqual([await serves(), rig.caches.states[0]?.refused, rig.log.entries.length], [true, false, 1]);
  });

  it('R19 lists by watching, and goes on with the same watch', async () => {
    await start(planned({ watchList: [lines(added(pod('a', 1)), bookmark(7, true), added(pod('b', 8)))] }));
    await rig.sees('b was told', () => rig.events.length === 2);
    assert.deepEqual(rig.asked, ['watch-list']);
    const { timeoutSeconds, ...query } = rig.server.requests[0]?.query ?? {};
    assert.deepEqual(query, {
      watch: '1',
      allowWatchBookmarks: 'true',
      sendInitialEvents: 'true',
      resourceVersionMatch: 'NotOlderThan',
    });
    assert.isTrue(Number(timeoutSeconds) >= 300 && Number(timeoutSeconds) <= 600);
  });

  it('tells nothing of a list by watching before it is complete', async () => {
    const partial: Script = async (exchange) => {
      await exchange.line(added(pod('a', 1)));
      exchange.end();
    };
    await start(planned({ watchList: [partial, lines(added(pod('b', 2)), bookmark(7, true))] }));
    assert.equal((await rig.failure()).reason, 'EndedEarly');
    await rig.synced();
    assert.deepEqual(rig.events, ['added b@2']);
  });

  it('R19 reads pages of 500 where the server cannot list by watching, and remembers that', async () => {
    const page = (next: string, name: string) => ({
      ...list(9, pod(name, 1)),
      metadata: { resourceVersion: '9', continue: next },
    });
    const gone = lines({ type: 'ERROR', object: status(410, 'Expired') });
    const lists = [answer(200, page('p2', 'a')), answer(200, list(9, pod('b', 1)))];
    await start(planned({ list: lists, watch: [gone, lines()] }));
    await rig.failure();
    await rig.sees('the second watch began', () => rig.asked.length === 6);
    assert.deepEqual(rig.asked, ['watch-list', 'list', 'list p2', 'watch 9', 'list', 'watch 9']);
    assert.deepEqual(rig.server.requests[1]?.query, { limit: '500' });
  });

  it('reads pages where the server sends objects and never the end of them', async () => {
    let arrived = 0;
    const project = <T>(object: T): T => {
      arrived++;
      return object;
    };
    const endless = [lines(added(pod('a', 1)))];
    const plan = { watchList: endless, list: [answer(200, list(3, pod('a', 1)))], watch: [lines()] };
    await start(planned(plan), { definition: { project } });
    await rig.sees('the object arrived', () => arrived === 1);
    await rig.clock.advance(90_000);
    await rig.synced();
    assert.deepEqual(rig.asked.slice(0, 2), ['watch-list', 'list']);
  });

  it('gives the kind that items of a list lack', async () => {
    const { metadata } = pod('a', 1);
    const bare = { kind: 'PodList', metadata: { resourceVersion: '3' }, items: [{ metadata }] };
    await start(planned({ list: [answer(200, bare)], watch: [lines()] }));
    await rig.synced();
    assert.deepEqual(rig.store.get('default/a'), pod('a', 1));
  });

  it('sends its selector with every question', async () => {
    const labelSelector = 'code-engine.dev/revision';
    await start(planned({ list: [answer(200, list(3))], watch: [lines()] }), { definition: { labelSelector } });
    await rig.sees('the watch began', () => rig.asked.length === 3);
    assert.deepEqual(
      rig.server.requests.map(({ query }) => query['labelSelector']),
      [labelSelector, labelSelector, labelSelector],
    );
  });

  it('R21 a kind that is absent at start is awaited without end, and found without a restart', async () => {
    const trouble = 'could not watch pods: scripted NotFound';
    const absent = Array.from({ length: 12 }, () => notFound);
    await start(planned({ watchList: [...absent, lines(added(pod('a', 1)), bookmark(2, true))] }));
    for (let count = 0; count < 12; count++) {
      assert.equal((await rig.failure()).reason, 'NotFound');
      if (count < 11)
        assert.deepEqual(rig.caches.states, [{ resource: 'Pod', synced: false, objects: 0, trouble, refused: true }]);
    }
    await rig.synced();
    assert.deepEqual(rig.events, ['added a@1']);
    assert.equal(rig.metrics.gauges.get('code_informer_synced{resource=Pod}'), 1);
  });

  it('R21 a kind that vanishes makes the cache unready, and its objects are gone when it is back', async () => {
    const ended: Script = async (exchange) => {
      await exchange.line(bookmark(4));
      exchange.end();
    };
    const lists = [answer(200, list(3, pod('a', 1))), answer(200, list(9))];
    await start(planned({ list: lists, watch: [ended, notFound, lines()] }));
    assert.equal((await rig.failure()).reason, 'EndedEarly');
    assert.equal((await rig.failure()).reason, 'NotFound');
    await rig.sees('the deletion was told', () => rig.events.length === 2);
    await rig.synced();
    assert.deepEqual(rig.events, ['added a@1', 'deleted a@1']);
  });

  it('R16 a right that is taken away makes the cache unready, and ready again when it is given back', async () => {
    const ended: Script = (exchange) => exchange.end();
    await start(planned({ list: [answer(200, list(3))], watch: [ended, forbidden, lines()] }));
    await rig.failure();
    await rig.sees('the right was missed', () => rig.caches.states[0]?.synced === false);
    assert.equal((await rig.failure()).reason, 'Forbidden');
    await rig.synced();
    assert.deepEqual(rig.asked, ['watch-list', 'list', 'watch 3', 'watch 3', 'watch 3']);
  });

  it('comes back when a busy server asks it to', async () => {
    const busy = answer(429, status(429, 'TooManyRequests'), { 'retry-after': '45' });
    await start(planned({ list: [answer(200, list(3))], watch: [busy, lines()] }));
    assert.deepEqual(await rig.failure(), { reason: 'TooManyRequests', wait: 45_000 });
  });

  it('opens the next watch at once where one ended when it was due', async () => {
    const due: Script = async (exchange) => {
      exchange.open();
      await rig.sees('the watch was opened', () => rig.metrics.gauges.get('code_informer_synced{resource=Pod}') === 1);
      await settle();
      await rig.clock.advance(1000 * Number(exchange.request.query['timeoutSeconds']));
      exchange.end();
    };
    await start(planned({ list: [answer(200, list(3))], watch: [due, lines()] }));
    await rig.sees('the next watch began', () => rig.asked.length === 4);
    assert.equal(rig.metrics.counts.get('code_informer_watch_errors_total{resource=Pod}'), undefined);
  });

  it('R16 takes a line that is no watch event for a broken stream', async () => {
    const strange = [
      { type: 'PUZZLED', object: pod('a', 4) },
      { type: 'ADDED', object: { kind: 'Pod' } },
      { type: 7, object: {} },
      { type: 'ADDED' },
    ];
    const watch = [...strange.map((line) => lines(line)), lines(added(pod('b', 5)))];
    await start(planned({ list: [answer(200, list(3))], watch }));
    for (const _line of strange) assert.equal((await rig.failure()).reason, 'UnparsableLine');
    await rig.sees('b was told', () => rig.events.length === 1);
    assert.deepEqual(rig.events, ['added b@5']);
    assert.equal(rig.asked.at(-1), 'watch 3');
  });

  it('R16 asks again where a list is answered with something that is none', async () => {
    await start(
      planned({ list: [answer(200, { kind: 'Puzzle' }), answer(200, list(3, pod('a', 1)))], watch: [lines()] }),
    );
    assert.equal((await rig.failure()).reason, 'UnreadableReply');
    await rig.synced();
    assert.deepEqual(rig.cached, ['a@1']);
  });

  it('skips what it already has', async () => {
    await start(
      planned({ list: [answer(200, list(3, pod('a', 3)))], watch: [lines(added(pod('a', 3)), modified(pod('a', 4)))] }),
    );
    await rig.sees('the update was told', () => rig.events.length === 2);
    assert.deepEqual(rig.events, ['added a@3', 'updated a@4']);
  });
});

describe('the delay before a reflector asks again', () => {
  it('R14 doubles from 800 ms, up to twice that by chance, 10 s at most, and starts anew after 2 min of health', () => {
    const calm = new ReconnectDelay(() => 0);
    const delays: number[] = [];
    let now = 0;
    for (let count = 0; count < 8; count++) {
      const delay = calm.next(now);
      delays.push(delay);
      now += delay;
    }
    assert.deepEqual(delays, [800, 1600, 3200, 6400, 10_000, 10_000, 10_000, 10_000]);
    assert.equal(calm.next(now + 119_999), 10_000);
    assert.equal(calm.next(now + 119_999 + 10_000 + 120_000), 800);
    assert.equal(new ReconnectDelay(() => 0.5).next(0), 1200);
  });
});

describe('the safety relist', () => {
  const clock = new VirtualClock();
  const never = new AbortController().signal;
  const storeOf = async (version: string, ...pods: readonly ReturnType<typeof pod>[]): Promise<Store> => {
    const fault = (_where: string, error: unknown): void => {
      throw error;
    };
    const store = new Store({ resource: 'Pod', indexes: {} }, { fault, yield: () => clock.sleep(0), freeze: 'deep' });
    const table = store.empty();
    for (const one of pods) table.put(store.prepare(one));
    await store.replace(table, version);
    return store;
  };
  const feedOf = (page: Page, during: () => void = () => undefined) => ({
    page: async (): Promise<Page> => {
      during();
      return page;
    },
    watch: async () => {
      throw new Error('a safety relist watches nothing');
    },
  });

  it('finds nothing where the cache is as the server, or newer', async () => {
    const store = await storeOf('9', pod('a', 1), pod('b', 9));
    const page = { objects: [pod('a', 1), pod('b', 5), pod('gone', 4)], version: '6' };
    const misses = cacheMisses(
      store,
      feedOf(page, () => {
        store.put(pod('gone', 4), '9');
        store.remove(pod('gone', 10), '10');
      }),
      clock,
      never,
    );
    assert.equal(await misses, 0);
  });

  it('waits for what the watch has not told yet', async () => {
    const store = await storeOf('5', pod('a', 1));
    const misses = cacheMisses(store, feedOf({ objects: [pod('a', 6)], version: '6' }), clock, never);
    await settle();
    store.put(pod('a', 6), '6');
    assert.equal(await misses, 0);
  });

  it('counts what is missing, old, of another life, or should be gone', async () => {
    const store = await storeOf('9', pod('old', 1), pod('reborn', 2), pod('ghost', 3), pod('right', 4));
    const objects = [pod('missing', 5), pod('old', 6), pod('reborn', 7, 'reborn-2'), pod('right', 4)];
    assert.equal(await cacheMisses(store, feedOf({ objects, version: '9' }), clock, never), 4);
  });

  /** Runs caches whose watch brings a bookmark a minute, for an hour or until it holds. */
  async function beating(second: Script, holds: (rig: CacheRig) => boolean): Promise<CacheRig> {
    let beat = async (_version: number): Promise<void> => undefined;
    const watch: Script = (exchange) => {
      exchange.open();
      beat = (version) => exchange.line(bookmark(version));
    };
    const rig = await CacheRig.start(planned({ list: [answer(200, list(3, pod('a', 1))), second], watch: [watch] }));
    rig.run();
    await rig.sees('the watch began', () => rig.asked.length === 3);
    for (let version = 5; version < 65 && !holds(rig); version++) {
      await beat(version);
      await rig.sees('the bookmark was taken', () => rig.store.version === String(version));
      await rig.clock.advance(60_000);
      // Due after 30 min at the latest.
      await rig.sees('the safety relist came or was not due', () => version < 35 || holds(rig));
    }
    return rig;
  }

  it('leads to a fresh list where something was lost', async () => {
    const rig = await beating(answer(200, list(5, pod('a', 1), pod('lost', 4))), ({ asked }) => asked.length > 3);
    assert.equal((await rig.failure()).reason, 'Expired');
    await rig.sees('what was lost is found', () => rig.cached.length === 2);
    assert.equal(rig.metrics.counts.get('code_cache_miss_total{resource=Pod}'), 1);
    await rig.stop();
  });

  it('counts no difference where there is none, and leaves the watch alone', async () => {
    const series = 'code_cache_miss_total{resource=Pod}';
    const rig = await beating(answer(200, list(5, pod('a', 1))), ({ metrics }) => metrics.counts.has(series));
    assert.equal(rig.metrics.counts.get(series), 0);
    assert.deepEqual(rig.asked.slice(0, 4), ['watch-list', 'list', 'watch 3', 'list']);
    await rig.stop();
  });

  it('R16 that fails hurts nobody, and comes again', async () => {
    const failed = (rig: CacheRig) => rig.log.entries.filter(({ message }) => message.startsWith('could not compare'));
    const rig = await beating(answer(500, status(500, 'InternalError')), (one) => failed(one).length > 0);
    assert.equal(
      failed(rig)[0]?.message,
      'could not compare a cache with the API server: could not list pods: scripted InternalError',
    );
    assert.deepEqual(rig.cached, ['a@1']);
    assert.isTrue(rig.clock.waiting.some((delay) => delay >= 600_000));
    await rig.stop();
  });
});
