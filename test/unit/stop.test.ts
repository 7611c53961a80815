import { assert } from 'chai';
import { abortReasons } from '../../operator/api/abort-reasons.ts';
import { Aborted } from '../../operator/api/errors.ts';
import { failureHandlers } from '../../operator/runtime/failure-handlers.ts';
import { stopAtOnce, stopInOrder } from '../../operator/runtime/stop.ts';
import { RecordedLog } from '../support/recorded-log.ts';
import { RecordedMetrics } from '../support/recorded-metrics.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

interface Delays {
  readonly drain?: number;
  readonly drainAfterAbort?: number;
  readonly reflectors?: number;
  readonly http?: number;
  readonly release?: number;
}

function setUp(delays: Delays = {}) {
  const clock = new VirtualClock();
  const log = new RecordedLog();
  const trace: string[] = [];
  let aborted = false;
  const slow = async (what: string, delay = 0): Promise<void> => {
    await clock.sleep(delay);
    trace.push(`${what} at ${clock.monotonic() / 1_000} s`);
  };
  const workers = {
    stop: (reason: Aborted) => void trace.push(`workers stop: ${reason.reason}`),
    abort: (reason: Aborted) => {
      aborted = true;
      trace.push(`workers abort: ${reason.reason}`);
    },
    drained: () => slow('drained', aborted ? delays.drainAfterAbort : delays.drain),
  };
  const stages = [
    { name: 'reflectors', stop: () => slow('reflectors', delays.reflectors) },
    { name: 'http', stop: () => slow('http', delays.http) },
  ];
  const leadership = { release: () => slow('released', delays.release) };
  const run = async () => {
    const end: { clean?: boolean; at?: number } = {};
    void stopInOrder({ workers: [workers], stages, leadership, clock, log }).then((clean) => {
      end.clean = clean;
      end.at = clock.monotonic();
    });
    await clock.advance(120_000);
    return end;
  };
  return { clock, log, trace, workers, stages, run };
}

const FOREVER = 3_600_000;

describe('stop', () => {
  it('R37: refuses keys, drains, stops reflectors and HTTP, and gives the lease back last', async () => {
    const { run, trace, log } = setUp({ drain: 2_000, reflectors: 100, http: 100, release: 100 });
    assert.deepEqual(await run(), { clean: true, at: 2_300 });
    assert.deepEqual(trace, [
      'workers stop: Shutdown',
      'drained at 2 s',
      'reflectors at 2.1 s',
      'http at 2.2 s',
      'released at 2.3 s',
    ]);
    assert.deepEqual(log.entries, []);
  });

  it('R37: aborts passes that do not end, and still gives the lease back', async () => {
    const { run, trace } = setUp({ drain: FOREVER, drainAfterAbort: 1_000 });
    assert.deepEqual(await run(), { clean: false, at: 17_000 });
    assert.deepEqual(trace, [
      'workers stop: Shutdown',
      'workers abort: Shutdown',
      'drained at 17 s',
      'reflectors at 17 s',
      'http at 17 s',
      'released at 17 s',
    ]);
  });

  it('R37: ends inside 30 s even when nothing does', async () => {
    const delays = { drain: FOREVER, drainAfterAbort: FOREVER, reflectors: FOREVER, http: FOREVER, release: FOREVER };
    const { run, log } = setUp(delays);
    const { clean, at } = await run();
    assert.deepEqual([clean, at], [false, 28_000]);
    assert.deepEqual(
      log.entries.map(({ fields }) => fields.part),
      ['passes under way', 'aborted passes', 'reflectors', 'http', 'lease'],
    );
  });

  it('goes on when a stage fails, and says so', async () => {
    const { clock, log, trace, workers } = setUp();
    const stages = [
      {
        name: 'http',
        stop: () => Promise.reject(new Error('already closed')),
      },
    ];
    const clean = stopInOrder({ workers: [workers], stages, clock, log });
    await clock.advance(1_000);
    assert.isFalse(await clean);
    assert.deepEqual(trace, ['workers stop: Shutdown', 'drained at 0 s']);
    assert.deepEqual(log.entries, [
      { level: 'warn', message: 'could not be stopped cleanly', fields: { part: 'http', error: 'already closed' } },
    ]);
  });

  it('R35, R37: aborts everything and drains nothing when the lease is lost', () => {
    const { trace, workers } = setUp();
    stopAtOnce([workers], new Aborted(abortReasons.leaseLost, 'another replica leads'));
    assert.deepEqual(trace, ['workers abort: LeaseLost']);
  });
});

describe('failure handlers', () => {
  for (const kind of ['rejection', 'exception'] as const) {
    it(`R39: log, count and end the process with 1 on an unhandled ${kind}`, () => {
      const log = new RecordedLog();
      const metrics = new RecordedMetrics();
      const codes: number[] = [];
      const handlers = failureHandlers(log, metrics, (code) => codes.push(code));
      const error = new Error('nobody caught this');
      if (kind === 'rejection') handlers.unhandledRejection(error);
      else handlers.uncaughtException(error);
      assert.deepEqual(codes, [1]);
      assert.deepEqual([...metrics.counts], [[`code_unhandled_failures_total{kind=${kind}}`, 1]]);
      assert.deepEqual(log.entries, [
        {
          level: 'error',
          message: 'a failure nobody caught ends the operator',
          fields: { kind, error: 'nobody caught this', stack: error.stack },
        },
      ]);
    });
  }

  it('R39: tell also what is no Error', () => {
    const log = new RecordedLog();
    failureHandlers(log, new RecordedMetrics(), () => {}).unhandledRejection('just a text');
    assert.equal(log.entries[0]?.fields.error, 'just a text');
  });
});
