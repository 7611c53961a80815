import { assert } from 'chai';
import {
  added,
  answer,
  bookmark,
  CacheRig,
  deleted,
  lines,
  list,
  modified,
  planned,
  pod,
  status,
} from '../support/cache-rig.ts';
import type { Script } from '../support/scripted-server.ts';

/** The thirteen faults that other clients' watches and informers mishandle (runtime.md section 2). */
describe('a reflector among the thirteen faults', () => {
  let rig: CacheRig;

  afterEach(() => rig.stop());

  const start = async (script: Script, options = {}): Promise<void> => {
    rig = await CacheRig.start(script, options);
  };

  it('R17 1: a handler that throws, in the first list and later, is counted and touches nobody else', async () => {
    await start(planned({ watchList: [lines(added(pod('a', 1)), bookmark(2, true), modified(pod('a', 3)))] }));
    const heard: string[] = [];
    rig.caches.subscribe('Pod', () => {
      throw new Error('a broken handler');
    });
    rig.caches.subscribe('Pod', ({ type }) => heard.push(type));
    rig.run();
    await rig.sees('both events were told', () => heard.length === 2);
    assert.deepEqual(heard, ['added', 'updated']);
    assert.deepEqual(rig.cached, ['a@3']);
    assert.equal(rig.metrics.counts.get('code_informer_faults_total{resource=Pod,where=handler}'), 2);
  });

  it('2: a truncated line loses nothing', async () => {
    const truncated: Script = async (exchange) => {
      await exchange.line(added(pod('a', 5)));
      await exchange.raw(JSON.stringify(added(pod('b', 6))).slice(0, 40));
      exchange.end();
    };
    await start(planned({ list: [answer(200, list(4))], watch: [truncated, lines(added(pod('b', 6)))] }));
    rig.run();
    assert.equal((await rig.failure()).reason, 'UnparsableLine');
    await rig.sees('b was told', () => rig.events.length === 2);
    assert.deepEqual(rig.events, ['added a@5', 'added b@6']);
    assert.deepEqual(rig.asked, ['watch-list', 'list', 'watch 4', 'watch 5']);
  });

  it('R16 3: a 500 on list is asked again', async () => {
    const broken = answer(500, status(500, 'InternalError'));
    await start(planned({ list: [broken, broken, answer(200, list(3, pod('a', 1)))], watch: [lines()] }));
    rig.run();
    assert.equal((await rig.failure()).reason, 'InternalError');
    assert.isFalse(rig.caches.states[0]?.synced);
    assert.match(rig.caches.states[0]?.trouble ?? '', /^could not list pods: scripted InternalError/);
    assert.equal((await rig.failure()).reason, 'InternalError');
    await rig.synced();
    assert.deepEqual(rig.cached, ['a@1']);
    assert.isUndefined(rig.caches.states[0]?.trouble);
  });

  it('R16 4: a 500 on watch is asked again, from the version that was reached', async () => {
    const broken = answer(500, status(500, 'InternalError'));
    await start(planned({ list: [answer(200, list(3))], watch: [broken, lines(added(pod('a', 4)))] }));
    rig.run();
    assert.equal((await rig.failure()).reason, 'InternalError');
    await rig.sees('a was told', () => rig.events.length === 1);
    assert.deepEqual(rig.asked, ['watch-list', 'list', 'watch 3', 'watch 3']);
  });

  it('R16 5: a TCP reset is followed by a new watch', async () => {
    const reset: Script = async (exchange) => {
      await exchange.line(added(pod('a', 4)));
      await rig.sees('a was told', () => rig.events.length === 1);
      exchange.reset();
    };
    await start(planned({ list: [answer(200, list(3))], watch: [reset, lines(added(pod('b', 5)))] }));
    rig.run();
    assert.equal((await rig.failure()).reason, 'ConnectionLost');
    await rig.sees('b was told', () => rig.events.length === 2);
    assert.deepEqual(rig.asked, ['watch-list', 'list', 'watch 3', 'watch 4']);
  });

  it('R16 6: an in-stream 500 backs off and resumes', async () => {
    const failing = lines(added(pod('a', 4)), { type: 'ERROR', object: status(500, 'InternalError') });
    await start(planned({ list: [answer(200, list(3))], watch: [failing, lines(added(pod('b', 5)))] }));
    rig.run();
    const { reason, wait } = await rig.failure();
    assert.equal(reason, 'InternalError');
    assert.isAtLeast(wait, 800);
    await rig.sees('b was told', () => rig.events.length === 2);
    assert.deepEqual(rig.asked, ['watch-list', 'list', 'watch 3', 'watch 4']);
  });

  it('R13 7: an in-stream 410 leads to a fresh list', async () => {
    const gone = lines({ type: 'ERROR', object: status(410, 'Expired') });
    const lists = [answer(200, list(3, pod('a', 1))), answer(200, list(9, pod('b', 8)))];
    await start(planned({ list: lists, watch: [gone, lines()] }));
    rig.run();
    assert.equal((await rig.failure()).reason, 'Expired');
    await rig.sees('the second list was told', () => rig.events.length === 3);
    assert.deepEqual(rig.events, ['added a@1', 'added b@8', 'deleted a@1']);
    assert.deepEqual(rig.asked.slice(1, 4), ['list', 'watch 3', 'list']);
  });

  it('R13 8: a 410 as HTTP status leads to a fresh list', async () => {
    const gone = answer(410, status(410, 'Gone'));
    const lists = [answer(200, list(3, pod('a', 1))), answer(200, list(9, pod('a', 8)))];
    await start(planned({ list: lists, watch: [gone, lines()] }));
    rig.run();
    assert.equal((await rig.failure()).reason, 'Expired');
    await rig.sees('the second list was told', () => rig.events.length === 2);
    assert.deepEqual(rig.events, ['added a@1', 'updated a@8']);
  });

  it('R13 a 410 between two pages begins the list again', async () => {
    const first = { ...list(3, pod('a', 1)), metadata: { resourceVersion: '3', continue: 'p2' } };
    const lists = [answer(200, first), answer(410, status(410, 'Expired')), answer(200, list(9, pod('b', 8)))];
    await start(planned({ list: lists, watch: [lines()] }));
    rig.run();
    assert.equal((await rig.failure()).reason, 'Expired');
    await rig.synced();
    assert.deepEqual(rig.cached, ['b@8']);
    assert.deepEqual(rig.asked.slice(0, 4), ['watch-list', 'list', 'list p2', 'list']);
  });

  it('R14 9: a server that ends each watch at once is asked at most 10 times in 60 s', async () => {
    const ending: Script = (exchange) => exchange.end();
    await start(planned({ list: [answer(200, list(3))], watch: [ending] }));
    const begun = rig.clock.monotonic();
    rig.run();
    while (rig.clock.monotonic() - begun < 60_000) assert.equal((await rig.failure()).reason, 'EndedEarly');
    assert.isAtMost(rig.server.requests.length - 2, 10);
    assert.isAtLeast(rig.metrics.counts.get('code_informer_short_watches_total{resource=Pod}') ?? 0, 4);
  });

  it('R14 a server that answers every list and every watch wrongly is asked at most 10 times in 60 s', async () => {
    const gone = answer(410, status(410, 'Expired'));
    for (const plan of [{ list: [answer(500, {})] }, { list: [answer(200, list(3))], watch: [gone] }]) {
      await rig?.stop();
      await start(planned(plan));
      const begun = rig.clock.monotonic();
      rig.run();
      while (rig.clock.monotonic() - begun < 60_000) await rig.failure();
      const rounds = rig.asked.filter((question) => question === 'list').length;
      assert.isAtMost(rounds, 10);
      assert.isAtLeast(rounds, 4);
    }
  });

  it('R15 10: a half-open connection is given up after 90 s without a byte', async () => {
    await start(planned({ watchList: [lines(bookmark(3, true))], watch: [lines(added(pod('a', 4)))] }));
    rig.run();
    await rig.synced();
    await rig.clock.advance(89_999);
    assert.deepEqual(rig.asked, ['watch-list']);
    await rig.clock.advance(1);
    assert.equal((await rig.failure()).reason, 'Silent');
    await rig.sees('a was told', () => rig.events.length === 1);
    assert.deepEqual(rig.asked, ['watch-list', 'watch 3']);
  });

  it('R15 where no bookmark ever came, silence is given up 30 s after the watch should have ended', async () => {
    await start(planned({ list: [answer(200, list(3))], watch: [lines(), lines(added(pod('a', 4)))] }));
    rig.run();
    await rig.sees('the watch began', () => rig.asked.length === 3);
    await rig.synced();
    const seconds = Number(rig.server.requests[2]?.query['timeoutSeconds']);
    await rig.clock.advance((seconds + 30) * 1000 - 1);
    assert.equal(rig.log.entries.filter(({ level }) => level === 'warn').length, 0);
    await rig.clock.advance(1);
    assert.equal((await rig.failure()).reason, 'Silent');
    await rig.sees('a was told', () => rig.events.length === 1);
  });

  it('R15 bookmarks keep a quiet watch alive', async () => {
    const clockwork: { tick?: () => Promise<void> } = {};
    const quiet: Script = async (exchange) => {
      await exchange.line(bookmark(3, true));
      let version = 4;
      clockwork.tick = () => exchange.line(bookmark(version++));
    };
    await start(planned({ watchList: [quiet] }));
    rig.run();
    await rig.synced();
    for (let minute = 0; minute < 5; minute++) {
      await rig.clock.advance(60_000);
      await clockwork.tick?.();
      await rig.sees('the bookmark was taken', () => rig.store.version === String(4 + minute));
    }
    assert.deepEqual(rig.asked, ['watch-list']);
  });

  it('R11 R12 11: what was deleted in a gap is told as deleted, what was created again as deleted and added', async () => {
    const lists = [
      answer(200, list(3, pod('a', 1), pod('b', 2), pod('c', 3))),
      answer(200, list(9, pod('a', 8, 'a2'), pod('c', 3))),
    ];
    await start(planned({ list: lists, watch: [answer(410, status(410, 'Expired')), lines()] }));
    rig.run();
    await rig.failure();
    await rig.sees('the second list was told', () => rig.events.length === 6);
    assert.deepEqual(rig.events.slice(3), ['deleted a@1', 'added a@8', 'deleted b@2']);
    assert.equal(rig.metrics.counts.get('code_informer_gap_deletes_total{resource=Pod}'), 1);
  });

  it('R12 an object created again between two events of a watch is a deletion and an addition', async () => {
    await start(planned({ list: [answer(200, list(3, pod('a', 1)))], watch: [lines(modified(pod('a', 8, 'a2')))] }));
    rig.run();
    await rig.sees('the watch was told', () => rig.events.length === 3);
    assert.deepEqual(rig.events, ['added a@1', 'deleted a@1', 'added a@8']);
  });

  it('R19 12: 200,000 objects arrive, at most 50 in one turn of the event loop', async function () {
    this.timeout(60_000);
    const total = 200_000;
    const many: Script = async (exchange) => {
      for (let from = 0; from < total; from += 1000) {
        const some = Array.from({ length: 1000 }, (_, index) => JSON.stringify(added(pod(`p${from + index}`, 1))));
        await exchange.raw(`${some.join('\n')}\n`);
      }
      await exchange.line(bookmark(2, true));
    };
    const turns = { handled: 0, most: 0, over: false };
    const turn = (): void => {
      turns.most = Math.max(turns.most, turns.handled);
      turns.handled = 0;
      if (!turns.over) setImmediate(turn);
    };
    const project = <T>(object: T): T => {
      turns.handled++;
      return object;
    };
    await start(planned({ watchList: [many] }), { definition: { project } });
    turn();
    rig.run();
    await rig.caches.synced(AbortSignal.timeout(50_000));
    turns.over = true;
    assert.equal(rig.store.size, total);
    assert.isAtMost(turns.most, 50);
  });

  it('R18 13: bookmarks advance the version from which a watch resumes', async () => {
    const marked: Script = async (exchange) => {
      await exchange.line(bookmark(77));
      exchange.end();
    };
    await start(planned({ list: [answer(200, list(3))], watch: [marked, lines()] }));
    rig.run();
    await rig.failure();
    await rig.sees('the watch was resumed', () => rig.asked.length === 4);
    assert.equal(rig.store.version, '77');
    assert.deepEqual(rig.asked[3], 'watch 77');
  });

  it('a deletion told by the watch is told on, with the last state', async () => {
    await start(planned({ list: [answer(200, list(3, pod('a', 1)))], watch: [lines(deleted(pod('a', 5)))] }));
    rig.run();
    await rig.sees('the deletion was told', () => rig.events.length === 2);
    assert.deepEqual(rig.events, ['added a@1', 'deleted a@5']);
    assert.deepEqual(rig.cached, []);
  });
});
