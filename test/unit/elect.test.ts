import { assert } from 'chai';
import { abortReasons } from '../../operator/api/abort-reasons.ts';
import { Aborted, InvalidSpec, Upstream } from '../../operator/api/errors.ts';
import { ELECTION_TIMES, type ElectionTimes, Elector } from '../../operator/runtime/elect.ts';
import type { Leadership } from '../../operator/runtime/leadership.ts';
import { MemoryLeases } from '../support/memory-leases.ts';
import { RecordedLog } from '../support/recorded-log.ts';
import { RecordedMetrics } from '../support/recorded-metrics.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { settle, VirtualClock } from '../support/virtual-clock.ts';

const SECOND = 1_000;
const name = { namespace: 'code-system', name: 'code-operator' };
const never = new AbortController().signal;

function setUp() {
  const clock = new VirtualClock();
  const leases = new MemoryLeases();
  const random = seededRandom(7);
  /** A replica; its wall clock is `skew` off. */
  const replica = (identity: string, { skew = 0, times = ELECTION_TIMES } = {}) => {
    const metrics = new RecordedMetrics();
    const log = new RecordedLog();
    const skewed = {
      now: () => clock.now() + skew,
      monotonic: () => clock.monotonic() + skew * 7,
      sleep: clock.sleep.bind(clock),
      after: clock.after.bind(clock),
    };
    const elector = new Elector({ name, identity, times, client: leases, clock: skewed, random, metrics, log });
    return { elector, metrics, log };
  };
  return { clock, leases, replica };
}

/** Notes when the lease is won. */
function watch(clock: VirtualClock, acquiring: Promise<Leadership>) {
  const won: { at?: number; leadership?: Leadership } = {};
  void acquiring.then((leadership) => {
    won.at = clock.monotonic();
    won.leadership = leadership;
  });
  return won;
}

/** The process is gone: nothing of it renews any more. */
const kill = (leadership: Leadership): void => leadership.fence.shut(new Aborted(abortReasons.shutdown, 'killed'));

describe('election', () => {
  it('R35: creates the lease with times in microseconds and the first epoch', async () => {
    const { leases, replica } = setUp();
    const { elector, metrics } = replica('one');
    const leadership = await elector.acquire(never);
    assert.deepEqual(leases.lease, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { ...name, resourceVersion: '1' },
      spec: {
        holderIdentity: 'one',
        leaseDurationSeconds: 15,
        leaseTransitions: 0,
        acquireTime: '2026-01-01T00:00:00.000000Z',
        renewTime: '2026-01-01T00:00:00.000000Z',
      },
    });
    assert.equal(leadership.fence.epoch, 0);
    assert.equal(metrics.gauges.get('leader_election_master_status{name=code-operator}'), 1);
    kill(leadership);
  });

  it('R35: renews every 2 s and leads as long as it does', async () => {
    const { clock, leases, replica } = setUp();
    const leadership = await replica('one').elector.acquire(never);
    await clock.advance(60 * SECOND);
    assert.equal(leases.writes.length, 31);
    leadership.fence.check();
    assert.equal(leases.lease?.spec?.renewTime, '2026-01-01T00:01:00.000000Z');
    assert.equal(leases.lease?.spec?.acquireTime, '2026-01-01T00:00:00.000000Z');
    kill(leadership);
  });

  it('R35: stops writing 10 s after the start of the last good renewal, 5 s before a standby may lead', async () => {
    const { clock, leases, replica } = setUp();
    const { elector, metrics } = replica('one');
    const leadership = await elector.acquire(never);
    await clock.advance(4 * SECOND);
    leases.unreachable = new Upstream('ConnectionLost', 'cut off');
    await clock.advance(10 * SECOND - 1);
    leadership.fence.check();
    await clock.advance(1);
    assert.throws(() => leadership.fence.check(), Aborted);
    assert.equal((await leadership.lost).reason, abortReasons.leaseLost);
    assert.equal(metrics.gauges.get('leader_election_master_status{name=code-operator}'), 0);
    leases.unreachable = undefined;
    const written = leases.writes.length;
    await leadership.release(never);
    await clock.advance(60 * SECOND);
    assert.equal(leases.writes.length, written, 'nothing is written once the lease is lost');
  });

  it('R36: takes a lease that was given back within 3 s, under the next epoch', async () => {
    const { clock, replica } = setUp();
    const first = await replica('one').elector.acquire(never);
    const second = watch(clock, replica('two').elector.acquire(never));
    await clock.advance(30 * SECOND);
    await first.release(never);
    assert.throws(() => first.fence.check(), Aborted);
    await clock.advance(3 * SECOND);
    assert.isAtMost(second.at ?? Number.POSITIVE_INFINITY, 33 * SECOND);
    assert.equal(second.leadership?.fence.epoch, 1);
    if (second.leadership) kill(second.leadership);
  });

  it('R36: takes the lease of a leader that was killed within 17 s, and not before it ran out', async () => {
    const { clock, replica } = setUp();
    const first = await replica('one').elector.acquire(never);
    const second = watch(clock, replica('two').elector.acquire(never));
    await clock.advance(30 * SECOND);
    kill(first);
    await clock.advance(17 * SECOND);
    assert.isAtLeast(second.at ?? 0, 45 * SECOND);
    assert.isAtMost(second.at ?? Number.POSITIVE_INFINITY, 47 * SECOND);
    if (second.leadership) kill(second.leadership);
  });

  for (const skew of [-3_600 * SECOND, 3_600 * SECOND]) {
    it(`R35: is not misled by a clock that is ${skew / SECOND} s off`, async () => {
      const { clock, replica } = setUp();
      const first = await replica('one').elector.acquire(never);
      const second = watch(clock, replica('two', { skew }).elector.acquire(never));
      await clock.advance(300 * SECOND);
      assert.isUndefined(second.at, 'the leader renews, so nobody else may lead');
      kill(first);
      await clock.advance(17 * SECOND);
      assert.isDefined(second.at);
      if (second.leadership) kill(second.leadership);
    });
  }

  it('R35: lets only one of many standbys lead', async () => {
    const { clock, replica } = setUp();
    const standbys = Array.from({ length: 5 }, (_, index) => watch(clock, replica(`r${index}`).elector.acquire(never)));
    await clock.advance(60 * SECOND);
    const leaders = standbys.filter(({ at }) => at !== undefined);
    assert.equal(leaders.length, 1);
    for (const { leadership } of leaders) if (leadership) kill(leadership);
  });

  it('R35: goes on after a renewal whose reply was lost', async () => {
    const { clock, leases, replica } = setUp();
    const { elector, metrics } = replica('one');
    const leadership = await elector.acquire(never);
    leases.lostReply = new Upstream('ConnectionLost', 'the reply was lost');
    await clock.advance(30 * SECOND);
    leadership.fence.check();
    assert.equal(metrics.counts.get('leader_election_slowpath_total{name=code-operator}'), 1);
    kill(leadership);
  });

  it('takes its own lease again when the reply of taking it was lost', async () => {
    const { clock, leases, replica } = setUp();
    leases.lostReply = new Upstream('ConnectionLost', 'the reply was lost');
    const won = watch(clock, replica('one').elector.acquire(never));
    await clock.advance(3 * SECOND);
    assert.isDefined(won.at);
    assert.equal(won.leadership?.fence.epoch, 0);
    if (won.leadership) kill(won.leadership);
  });

  it('R35: is lost at once when another holds the lease, or when it was deleted', async () => {
    for (const change of ['taken', 'deleted']) {
      const { clock, leases, replica } = setUp();
      const leadership = await replica('one').elector.acquire(never);
      const lease = leases.lease;
      assert.isDefined(lease);
      leases.lease =
        change === 'deleted' || lease === undefined
          ? undefined
          : { ...lease, metadata: { ...name, resourceVersion: '99' }, spec: { holderIdentity: 'two' } };
      await clock.advance(2 * SECOND);
      assert.throws(() => leadership.fence.check(), Aborted);
      assert.equal((await leadership.lost).reason, abortReasons.leaseLost);
      assert.equal(leases.writes.length, 1);
    }
  });

  it('keeps trying while the API server is away, and says so', async () => {
    const { clock, leases, replica } = setUp();
    leases.unreachable = new Upstream('ConnectionLost', 'nobody answers');
    const { elector, log } = replica('one');
    const won = watch(clock, elector.acquire(never));
    await clock.advance(60 * SECOND);
    assert.isUndefined(won.at);
    assert.isAtMost(log.entries.length, 35);
    assert.deepEqual(log.entries[0], {
      level: 'warn',
      message: 'the lease could not be read or taken; trying again',
      fields: { lease: 'code-operator', reason: 'ConnectionLost', error: 'nobody answers' },
    });
    leases.unreachable = undefined;
    await clock.advance(3 * SECOND);
    assert.isDefined(won.at);
    if (won.leadership) kill(won.leadership);
  });

  it('gives up waiting when it is told to stop', async () => {
    const { clock, replica } = setUp();
    const first = await replica('one').elector.acquire(never);
    const controller = new AbortController();
    const reason = new Aborted(abortReasons.shutdown, 'the operator ends');
    const failure = replica('two')
      .elector.acquire(controller.signal)
      .catch((thrown: unknown) => thrown);
    await clock.advance(5 * SECOND);
    controller.abort(reason);
    assert.strictEqual(await failure, reason);
    kill(first);
  });

  it('says so when the lease cannot be given back', async () => {
    const { clock, leases, replica } = setUp();
    const { elector, log } = replica('one');
    const leadership = await elector.acquire(never);
    await settle();
    leases.unreachable = new Upstream('ConnectionLost', 'cut off');
    await leadership.release(never);
    assert.deepEqual(
      log.entries.at(-1)?.message,
      'the lease could not be given back; a successor waits until it runs out',
    );
    await clock.advance(60 * SECOND);
    assert.equal(leases.writes.length, 1);
  });

  it('refuses times that would let two leaders write at once', () => {
    const { replica } = setUp();
    const wrong: readonly Partial<ElectionTimes>[] = [
      { renewDeadline: 15 * SECOND },
      { retryPeriod: 10 * SECOND },
      { retryPeriod: 0 },
    ];
    for (const times of wrong) {
      assert.throws(() => replica('one', { times: { ...ELECTION_TIMES, ...times } }), InvalidSpec);
    }
  });
});
