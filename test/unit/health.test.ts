import { assert } from 'chai';
import { HealthChecks } from '../../operator/runtime/health.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const OK = { ok: true, lines: ['ok'] };

describe('health', () => {
  it('R38: is alive while the event loop turns', async () => {
    const clock = new VirtualClock();
    const health = new HealthChecks({ clock, overdue: () => ({ tenant: 0 }), unsynced: () => [] });
    await clock.advance(60_000);
    assert.deepEqual(health.live(), OK);
    health.stop();
    assert.deepEqual(clock.waiting, []);
  });

  it('R38: is not alive when the event loop did not turn for more than 10 s', () => {
    let now = 0;
    const clock = { now: () => now, monotonic: () => now, sleep: () => Promise.resolve(), after: () => () => {} };
    const health = new HealthChecks({ clock, overdue: () => ({}), unsynced: () => [] });
    now = 10_000;
    assert.deepEqual(health.live(), OK);
    now = 12_000;
    assert.deepEqual(health.live(), { ok: false, lines: ['the event loop did not turn for 12 s'] });
  });

  it('R38: is not alive when a pass is a minute older than its deadline', () => {
    const overdue = { tenant: 60_000, deployment: 61_000 };
    const health = new HealthChecks({ clock: new VirtualClock(), overdue: () => overdue, unsynced: () => [] });
    assert.deepEqual(health.live(), { ok: false, lines: ['a pass of deployment should have ended 61 s ago'] });
  });

  it('R38: is ready when its caches are synced, and says which are not', () => {
    let waiting = ['Tenant (not found)'];
    const health = new HealthChecks({ clock: new VirtualClock(), overdue: () => ({}), unsynced: () => waiting });
    assert.deepEqual(health.ready(), { ok: false, lines: ['not synced: Tenant (not found)'] });
    assert.deepEqual(health.live(), OK, 'a restart would not help');
    waiting = [];
    assert.deepEqual(health.ready(), OK);
  });
});
