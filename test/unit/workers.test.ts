import { assert } from 'chai';
import { abortReasons } from '../../operator/api/abort-reasons.ts';
import { Aborted, Bug, Conflict, Denied, InvalidSpec, Upstream } from '../../operator/api/errors.ts';
import type { PassResult } from '../../operator/runtime/pass-result.ts';
import { Queue } from '../../operator/runtime/queue.ts';
import { type Pass, Workers } from '../../operator/runtime/workers.ts';
import { RecordedLog } from '../support/recorded-log.ts';
import { RecordedMetrics } from '../support/recorded-metrics.ts';
import { settle, VirtualClock } from '../support/virtual-clock.ts';

const MINUTE = 60_000;
const controller = '{controller=deployment}';

interface World {
  readonly pass: Pass;
  readonly workers?: number;
  readonly lendLimit?: number;
  readonly keys?: readonly string[];
}

function setUp({ pass, keys = [], ...limits }: World) {
  const clock = new VirtualClock();
  const metrics = new RecordedMetrics();
  const log = new RecordedLog();
  const queue = new Queue({ name: 'deployment', clock, metrics, groupOf: () => 'all' });
  /** The middle of every spread: nothing is added or taken away. */
  const random = () => 0.5;
  const workers = new Workers({
    name: 'deployment',
    queue,
    pass,
    keys: () => keys,
    clock,
    random,
    metrics,
    log,
    ...limits,
  });
  return { clock, metrics, log, queue, workers };
}

/** Runs one pass with this result and tells when the key runs again: milliseconds, or never. */
async function runsAgainAfter(result: PassResult | Error, passes = 1): Promise<readonly number[]> {
  const times: number[] = [];
  const { clock, queue, workers } = setUp({
    pass: async () => {
      times.push(clock.monotonic());
      if (times.length > passes) return { kind: 'done' };
      if (result instanceof Error) throw result;
      return result;
    },
  });
  workers.start();
  queue.add('a/one');
  await clock.advance(30 * MINUTE);
  return times.slice(1);
}

/** A pass that runs until it is told to end, one for each key. */
function gates() {
  const open = new Map<string, () => void>();
  const running: string[] = [];
  const wait = (key: string): Promise<void> => {
    running.push(key);
    return new Promise((resolve) => {
      open.set(key, () => {
        running.splice(running.indexOf(key), 1);
        resolve();
      });
    });
  };
  const end = async (key: string): Promise<void> => {
    open.get(key)?.();
    await settle();
  };
  return { running, wait, end };
}

describe('workers', () => {
  it('R10: run nothing before they are started', async () => {
    const seen: string[] = [];
    const { queue, workers } = setUp({
      pass: async (key) => {
        seen.push(key);
        return { kind: 'done' };
      },
    });
    queue.add('a/one');
    await settle();
    assert.deepEqual(seen, []);
    workers.start();
    await settle();
    assert.deepEqual(seen, ['a/one']);
  });

  it('R2, R3, R7: run as many keys at a time as there are workers, none twice at once, a changed one again', async () => {
    const { running, wait, end } = gates();
    const { queue, workers } = setUp({
      workers: 2,
      pass: async (key) => {
        await wait(key);
        return { kind: 'done' };
      },
    });
    workers.start();
    for (const key of ['a/one', 'a/two', 'a/three']) queue.add(key);
    await settle();
    assert.deepEqual(running, ['a/one', 'a/two']);
    queue.add('a/one');
    await end('a/two');
    assert.deepEqual(running, ['a/one', 'a/three']);
    await end('a/three');
    assert.deepEqual(running, ['a/one']);
    await end('a/one');
    assert.deepEqual(running, ['a/one']);
    await end('a/one');
    assert.equal(queue.size, 0);
  });

  it('R27: abort a pass at its deadline of 60 s, count it and try again', async () => {
    const reasons: unknown[] = [];
    const { clock, metrics, queue, workers } = setUp({
      pass: (_key, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason.reason);
            reject(new Upstream('ConnectionLost', 'the call was cut'));
          });
        }),
    });
    workers.start();
    queue.add('a/one');
    await clock.advance(MINUTE - 1);
    assert.deepEqual(reasons, []);
    await clock.advance(1);
    assert.deepEqual(reasons, [abortReasons.deadlinePassed]);
    assert.equal(metrics.counts.get(`controller_runtime_reconcile_timeouts_total${controller}`), 1);
    await clock.advance(MINUTE + 5);
    assert.deepEqual(reasons, [abortReasons.deadlinePassed, abortReasons.deadlinePassed]);
  });

  it('R27: let the deadline rest during a slow effect, which has its own', async () => {
    const log: string[] = [];
    const { clock, queue, workers } = setUp({
      pass: async (_key, signal, lend) => {
        const note = (what: string) => log.push(`${what} ${signal.aborted ? 'aborted' : 'alive'}`);
        await clock.sleep(30_000);
        await lend(() => clock.sleep(9 * MINUTE));
        note('after the effect');
        await clock.sleep(29_999);
        note('before the deadline');
        await clock.sleep(1);
        note('at the deadline');
        return { kind: 'done' };
      },
    });
    workers.start();
    queue.add('a/one');
    await clock.advance(11 * MINUTE);
    assert.deepEqual(log, ['after the effect alive', 'before the deadline alive', 'at the deadline aborted']);
  });

  it('lend the worker of a pass in a slow effect, but not its key, and give it back before new work', async () => {
    const { running, wait, end } = gates();
    const log: string[] = [];
    const { queue, workers } = setUp({
      workers: 1,
      pass: async (key, _signal, lend) => {
        if (key === 'a/slow') await lend(() => wait(key));
        else await wait(key);
        log.push(key);
        return { kind: 'done' };
      },
    });
    workers.start();
    for (const key of ['a/slow', 'a/fast', 'a/late']) queue.add(key);
    await settle();
    queue.add('a/slow');
    assert.deepEqual(running, ['a/slow', 'a/fast']);
    await end('a/slow');
    assert.deepEqual(log, []);
    await end('a/fast');
    assert.deepEqual(log, ['a/fast', 'a/slow']);
    assert.deepEqual(running, ['a/late']);
  });

  it('lend no more workers than the limit', async () => {
    const { running, wait, end } = gates();
    const { queue, workers } = setUp({
      workers: 1,
      lendLimit: 2,
      pass: async (key, _signal, lend) => {
        await lend(() => wait(key));
        return { kind: 'done' };
      },
    });
    workers.start();
    for (let key = 0; key < 5; key++) queue.add(`a/${key}`);
    await settle();
    assert.deepEqual(running, ['a/0', 'a/1', 'a/2']);
    await end('a/2');
    assert.deepEqual(running, ['a/0', 'a/1', 'a/3']);
  });

  it('resync every object of the store each 10 hours, plus or minus 10 %, behind other work', async () => {
    const seen: string[] = [];
    const { clock, workers } = setUp({
      keys: ['a/one', 'b/two'],
      pass: async (key) => {
        seen.push(key);
        return { kind: 'done' };
      },
    });
    workers.start();
    await clock.advance(600 * MINUTE - 1);
    assert.deepEqual(seen, []);
    await clock.advance(1);
    assert.deepEqual(seen, ['a/one', 'b/two']);
    await clock.advance(600 * MINUTE);
    assert.deepEqual(seen, ['a/one', 'b/two', 'a/one', 'b/two']);
  });

  it('let the event loop turn while very many passes need no I/O', async () => {
    let passes = 0;
    const { queue, workers } = setUp({
      pass: async () => {
        passes++;
        return { kind: 'done' };
      },
    });
    for (let key = 0; key < 1_000; key++) queue.add(`a/${key}`);
    workers.start();
    await new Promise((resolve) => setImmediate(resolve));
    assert.isAtMost(passes, 64);
    for (let count = 0; count < 10; count++) await settle();
    assert.equal(passes, 1_000);
  });

  describe('settle what a pass says', () => {
    it('done: never, and the backoff starts over', async () => {
      assert.deepEqual(await runsAgainAfter({ kind: 'done' }), []);
    });

    it('again: at once', async () => {
      assert.deepEqual(await runsAgainAfter({ kind: 'again' }), [0]);
    });

    it('wait: at the time named', async () => {
      const start = new VirtualClock().now();
      assert.deepEqual(await runsAgainAfter({ kind: 'wait', until: start + 7_000 }), [7_000]);
    });

    it('wait without a time: on an event only', async () => {
      assert.deepEqual(await runsAgainAfter({ kind: 'wait' }), []);
    });

    it('wait for a time that was over when the pass began: each second, not in a hot loop', async () => {
      assert.deepEqual(await runsAgainAfter({ kind: 'wait', until: 0 }, 3), [1_000, 2_000, 3_000]);
    });

    it('stuck: on an event only', async () => {
      assert.deepEqual(await runsAgainAfter({ kind: 'stuck', denied: false }), []);
    });

    it('stuck on a policy: each 10 minutes', async () => {
      assert.deepEqual(await runsAgainAfter({ kind: 'stuck', denied: true }, 2), [10 * MINUTE, 20 * MINUTE]);
    });
  });

  describe('R28: tell failures apart', () => {
    it('InvalidSpec is not tried again', async () => {
      assert.deepEqual(await runsAgainAfter({ kind: 'failed', error: new InvalidSpec('Invalid', 'no') }), []);
    });

    it('Denied is asked again each 10 minutes', async () => {
      assert.deepEqual(await runsAgainAfter({ kind: 'failed', error: new Denied('Forbidden', 'no') }), [10 * MINUTE]);
    });

    it('Conflict runs again at once five times, then backs off', async () => {
      const error = new Conflict('Changed', 'it changed');
      assert.deepEqual(await runsAgainAfter({ kind: 'failed', error }, 7), [0, 0, 0, 0, 0, 5, 15]);
    });

    it('Upstream backs off', async () => {
      assert.deepEqual(await runsAgainAfter(new Upstream('Unavailable', 'down'), 4), [5, 15, 35, 75]);
    });

    it('Upstream waits as long as it asked for', async () => {
      const error = new Upstream('TooManyRequests', 'slow down', { afterMilliseconds: 9_000 });
      assert.deepEqual(await runsAgainAfter({ kind: 'failed', error }), [9_000]);
    });

    it('Upstream waits no longer than the deadline of what failed', async () => {
      const error = new Upstream('TooManyRequests', 'slow down', { afterMilliseconds: 9_000 });
      const until = new VirtualClock().now() + 4_000;
      assert.deepEqual(await runsAgainAfter({ kind: 'failed', error, until }, 2), [4_000, 5_000]);
    });

    it('an abort for a newer generation runs again at once', async () => {
      assert.deepEqual(await runsAgainAfter(new Aborted(abortReasons.superseded, 'it changed')), [0]);
    });

    for (const reason of [abortReasons.leaseLost, abortReasons.shutdown]) {
      it(`an abort by ${reason} drops the key`, async () => {
        assert.deepEqual(await runsAgainAfter(new Aborted(reason, 'stop')), []);
      });
    }

    it('a Bug backs off, is counted as a panic and logged with its stack', async () => {
      const fault = new TypeError('x is not a function');
      let passes = 0;
      const { clock, metrics, log, queue, workers } = setUp({
        pass: async () => {
          if (passes++ === 0) throw fault;
          return { kind: 'done' };
        },
      });
      workers.start();
      queue.add('a/one');
      await clock.advance(5);
      assert.equal(passes, 2);
      assert.equal(metrics.counts.get(`controller_runtime_reconcile_panics_total${controller}`), 1);
      assert.equal(metrics.counts.get('controller_runtime_reconcile_total{controller=deployment,result=error}'), 1);
      assert.deepEqual(log.entries, [
        {
          level: 'error',
          message: 'a pass failed by a fault of the operator',
          fields: {
            controller: 'deployment',
            key: 'a/one',
            reason: 'UnexpectedError',
            error: 'x is not a function',
            stack: fault.stack,
          },
        },
      ]);
    });

    it('a Bug that carries no cause is logged with its own stack', async () => {
      const error = new Bug('Impossible', 'this cannot be');
      const { log, queue, workers } = setUp({ pass: async () => ({ kind: 'failed', error }) });
      workers.start();
      queue.add('a/one');
      await settle();
      assert.equal(log.entries[0]?.fields.stack, error.stack);
    });
  });

  it('R9, R37: on stop abort slow effects, let the rest of the passes end, and then are drained', async () => {
    const { wait, end } = gates();
    const aborted: string[] = [];
    const { queue, workers } = setUp({
      pass: async (key, signal, lend) => {
        signal.addEventListener('abort', () => {
          aborted.push(key);
          void end(key);
        });
        if (key === 'a/slow') await lend(() => wait(key));
        else await wait(key);
        return { kind: 'again' };
      },
    });
    workers.start();
    queue.add('a/slow');
    queue.add('a/fast');
    await settle();
    let drained = false;
    workers.stop(new Aborted(abortReasons.shutdown, 'the operator ends'));
    void workers.drained().then(() => {
      drained = true;
    });
    await settle();
    assert.deepEqual([aborted, drained], [['a/slow'], false]);
    await end('a/fast');
    assert.deepEqual([aborted, drained, queue.footprint], [['a/slow'], true, 0]);
  });

  it('R35: abort every pass at once when the lease is lost', async () => {
    const reasons: unknown[] = [];
    const { queue, workers } = setUp({
      pass: (_key, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason.reason);
            resolve({ kind: 'done' });
          });
        }),
    });
    workers.start();
    queue.add('a/one');
    queue.add('a/two');
    await settle();
    workers.abort(new Aborted(abortReasons.leaseLost, 'another replica leads'));
    await workers.drained();
    assert.deepEqual(reasons, [abortReasons.leaseLost, abortReasons.leaseLost]);
  });

  it('R38: tell how late the most belated pass is', async () => {
    const { clock, queue, workers } = setUp({ pass: () => new Promise(() => {}) });
    workers.start();
    queue.add('a/one');
    await clock.advance(MINUTE);
    assert.equal(workers.overdue, 0);
    queue.add('a/two');
    await clock.advance(MINUTE);
    assert.equal(workers.overdue, MINUTE);
  });

  it('R42: hold nothing for keys that are finished (B19)', async () => {
    let passes = 0;
    const errors = [new Conflict('Changed', 'changed'), new Upstream('Down', 'down'), new Bug('Bug', 'bug')];
    const { clock, queue, workers } = setUp({
      pass: async () => {
        const error = errors[passes++ % 4];
        return error === undefined ? { kind: 'done' } : { kind: 'failed', error };
      },
    });
    workers.start();
    for (let key = 0; key < 100; key++) queue.add(`a/${key}`);
    await clock.advance(10 * MINUTE);
    assert.equal(queue.footprint, 0);
    assert.equal(clock.waiting.length, 1, 'only the resync timer is left');
  });
});
