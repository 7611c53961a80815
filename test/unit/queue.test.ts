import { assert } from 'chai';
import { Queue } from '../../operator/runtime/queue.ts';
import { type Priority, priorities } from '../../operator/runtime/waiting-line.ts';
import { RecordedMetrics } from '../support/recorded-metrics.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const namespaceOf = (key: string): string => key.split('/')[0] ?? '';

function setUp() {
  const clock = new VirtualClock();
  const metrics = new RecordedMetrics();
  const queue = new Queue({ name: 'deployment', clock, metrics, groupOf: namespaceOf });
  /** Takes and gives back everything that waits, in order. */
  const drain = (limit = Number.POSITIVE_INFINITY): string[] => {
    const keys: string[] = [];
    while (keys.length < limit) {
      const taken = queue.take();
      if (taken === undefined) break;
      keys.push(taken.key);
      queue.done(taken.key);
    }
    return keys;
  };
  return { clock, metrics, queue, drain };
}

describe('queue', () => {
  it('R1: runs a key once however often it was added', () => {
    const { queue, drain } = setUp();
    for (let count = 0; count < 100; count++) queue.add('a/one');
    assert.deepEqual(drain(), ['a/one']);
  });

  it('R2: never gives out a key that is being processed', () => {
    const { queue } = setUp();
    queue.add('a/one');
    assert.deepEqual(queue.take(), { key: 'a/one', priority: priorities.change });
    queue.add('a/one');
    assert.isUndefined(queue.take());
  });

  it('R3: runs a key again that changed during its pass', () => {
    const { queue, drain } = setUp();
    queue.add('a/one');
    queue.take();
    queue.add('a/one');
    queue.done('a/one');
    assert.deepEqual(drain(), ['a/one']);
  });

  it('R4: backs off from 5 ms, doubling, to 1,000 s', () => {
    const { clock, queue, drain } = setUp();
    const delays: number[] = [];
    for (let failure = 0; failure < 20; failure++) {
      queue.addRateLimited('a/one');
      delays.push(...clock.waiting);
      queue.add('a/one');
      drain();
    }
    const expected = Array.from({ length: 20 }, (_, failure) => Math.min(5 * 2 ** failure, 1_000_000));
    assert.deepEqual(delays, expected);
  });

  it('R4: starts over at 5 ms once the failures are forgotten', () => {
    const { clock, queue, drain } = setUp();
    queue.addRateLimited('a/one');
    queue.add('a/one');
    drain();
    queue.forget('a/one');
    queue.addRateLimited('a/one');
    assert.deepEqual(clock.waiting, [5]);
  });

  it('R4: backs off at least as long as the server asked for', () => {
    const { clock, queue } = setUp();
    queue.addRateLimited('a/one', 30_000);
    assert.deepEqual(clock.waiting, [30_000]);
  });

  it('R5: keeps the earliest of several times, with one timer', async () => {
    const { clock, queue, drain } = setUp();
    for (const delay of [5_000, 1_000, 9_000]) queue.addAfter('a/one', delay);
    assert.deepEqual(clock.waiting, [1_000]);
    await clock.advance(999);
    assert.deepEqual(drain(), []);
    await clock.advance(1);
    assert.deepEqual(drain(), ['a/one']);
    assert.deepEqual(clock.waiting, []);
  });

  it('R5: wakes a key within a day that asked for a time no timer can hold', () => {
    const { clock, queue } = setUp();
    queue.addAfter('a/one', 2 ** 40);
    assert.deepEqual(clock.waiting, [24 * 3_600_000]);
  });

  it('goes on with what is under way before it begins anew, yet lets a new key begin after seven of them', () => {
    const { queue, drain } = setUp();
    for (const key of ['a/new', 'a/newer']) queue.add(key);
    for (let count = 1; count <= 8; count++) queue.add(`a/begun-${count}`, priorities.change, true);
    const begun = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, index) => `a/begun-${from + index}`);
    assert.deepEqual(drain(), [...begun(1, 7), 'a/new', ...begun(8, 8), 'a/newer']);
  });

  it('R6: serves changes, then retries, then the resync', () => {
    const { queue, drain } = setUp();
    queue.add('a/listed', priorities.resync);
    queue.add('a/failed', priorities.retry);
    queue.add('a/changed');
    assert.deepEqual(drain(), ['a/changed', 'a/failed', 'a/listed']);
  });

  it('R6: keeps the higher priority of a key that is added again', () => {
    const { queue, drain } = setUp();
    queue.add('a/one', priorities.resync);
    queue.add('a/two', priorities.retry);
    queue.add('a/one', priorities.change);
    queue.add('a/one', priorities.retry);
    assert.deepEqual(drain(), ['a/one', 'a/two']);
  });

  it('R6: keeps the higher priority of a key that is added during its pass', () => {
    const { queue } = setUp();
    queue.add('a/one');
    queue.take();
    queue.add('a/one', priorities.resync);
    queue.add('a/one', priorities.retry);
    queue.done('a/one');
    assert.deepEqual(queue.take(), { key: 'a/one', priority: priorities.retry });
  });

  it('R6: gives every 8th pick to the lower bands, in turn, so that none starves', () => {
    const { queue } = setUp();
    const add = (priority: Priority) => {
      for (let count = 0; count < 50; count++) queue.add(`a/${priority}-${count}`, priority);
    };
    for (const priority of Object.values(priorities)) add(priority);
    const picks = Array.from({ length: 32 }, () => queue.take()?.priority);
    const seven = Array<Priority>(7).fill(priorities.change);
    const pair = [...seven, priorities.retry, ...seven, priorities.resync];
    assert.deepEqual(picks, [...pair, ...pair]);
  });

  it('R7: lets namespaces take turns: a flood in one does not hold up another (B16)', () => {
    const { queue, drain } = setUp();
    for (let count = 0; count < 1_000; count++) queue.add(`flood/${count}`);
    queue.add('quiet/one');
    queue.add('quiet/two');
    assert.deepEqual(drain(5), ['flood/0', 'quiet/one', 'flood/1', 'quiet/two', 'flood/2']);
  });

  it('R7: finds a waiting key again although its group has got another name', () => {
    const tenants = new Map([['a', 'old']]);
    const queue = new Queue({
      name: 'deployment',
      clock: new VirtualClock(),
      metrics: new RecordedMetrics(),
      groupOf: (key) => tenants.get(namespaceOf(key)) ?? 'none',
    });
    queue.add('a/one', priorities.resync);
    tenants.set('a', 'new');
    queue.add('a/one', priorities.change);
    assert.deepEqual(queue.take(), { key: 'a/one', priority: priorities.change });
    queue.done('a/one');
    assert.isUndefined(queue.take());
  });

  it('R8, R42: holds as many entries as there are keys at work, and none for a key that is finished (B19)', async () => {
    const { clock, queue, drain } = setUp();
    for (let round = 0; round < 10; round++) {
      for (let key = 0; key < 100; key++) queue.add(`a/${key}`);
    }
    assert.equal(queue.size, 100);
    for (let key = 0; key < 100; key++) queue.addRateLimited(`a/${key}`);
    await clock.advance(10);
    for (const key of drain()) queue.forget(key);
    assert.equal(queue.footprint, 0);
    assert.deepEqual(clock.waiting, []);
  });

  it('R9: after shutdown refuses adds, drops what waits and takes back what is processed', () => {
    const { clock, queue } = setUp();
    queue.add('a/running');
    queue.take();
    queue.add('a/running');
    queue.add('a/waiting');
    queue.addAfter('a/later', 1_000);
    queue.shutDown();
    queue.add('a/new');
    queue.addAfter('a/new', 1_000);
    queue.addRateLimited('a/new');
    assert.equal(queue.processing, 1);
    queue.done('a/running');
    assert.isUndefined(queue.take());
    assert.equal(queue.footprint, 0);
    assert.deepEqual(clock.waiting, []);
  });

  it('tells its listener about every key that can be taken', () => {
    const { queue } = setUp();
    let told = 0;
    queue.whenReady(() => told++);
    queue.add('a/one');
    queue.take();
    queue.add('a/one');
    assert.equal(told, 1);
    queue.done('a/one');
    assert.equal(told, 2);
  });

  it('measures how long keys wait and are worked on', async () => {
    const { clock, metrics, queue } = setUp();
    queue.add('a/one');
    queue.add('a/two', priorities.resync);
    await clock.advance(2_000);
    queue.take();
    await clock.advance(3_000);
    queue.report();
    const labels = 'name=deployment,controller=deployment';
    assert.deepEqual(
      [...metrics.gauges],
      [
        [`workqueue_unfinished_work_seconds{${labels}}`, 3],
        [`workqueue_longest_running_processor_seconds{${labels}}`, 3],
        [`workqueue_depth{${labels},priority=0}`, 0],
        [`workqueue_depth{${labels},priority=-50}`, 0],
        [`workqueue_depth{${labels},priority=-100}`, 1],
      ],
    );
    queue.done('a/one');
    assert.deepEqual(
      [...metrics.observations],
      [
        [`workqueue_queue_duration_seconds{${labels},priority=0}`, [2]],
        [`workqueue_work_duration_seconds{${labels},priority=0}`, [3]],
      ],
    );
    assert.deepEqual(
      [...metrics.counts],
      [
        [`workqueue_adds_total{${labels},priority=0}`, 1],
        [`workqueue_adds_total{${labels},priority=-100}`, 1],
      ],
    );
  });
});
