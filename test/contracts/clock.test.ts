import { assert } from 'chai';
import { clock as machineClock } from '../../operator/adapters/clock.ts';
import type { Clock } from '../../operator/ports/clock.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

/** Longest delay used here, in milliseconds: the machine's clock really waits. */
const LONG = 30;

const virtual = new VirtualClock();
const clocks: readonly { readonly name: string; readonly clock: Clock; readonly pass: () => Promise<void> }[] = [
  { name: "the machine's clock", clock: machineClock, pass: () => machineClock.sleep(2 * LONG) },
  { name: 'the virtual clock', clock: virtual, pass: () => virtual.advance(2 * LONG) },
];

for (const { name, clock, pass } of clocks) {
  describe(`a clock: ${name}`, () => {
    it('tells the time of day, and another that never goes back', async () => {
      const [now, monotonic] = [clock.now(), clock.monotonic()];
      await pass();
      assert.isAbove(now, Date.UTC(2025, 0, 1));
      assert.isAbove(clock.now(), now);
      assert.isAbove(clock.monotonic(), monotonic);
    });

    it('rings each timer once, the earlier first, and none that was cancelled', async () => {
      const rung: string[] = [];
      clock.after(LONG, () => rung.push('late'));
      clock.after(1, () => rung.push('early'));
      clock.after(1, () => rung.push('cancelled'))();
      await pass();
      await pass();
      assert.deepEqual(rung, ['early', 'late']);
    });

    it('sleeps until the time has come', async () => {
      const before = clock.monotonic();
      const sleeping = clock.sleep(LONG);
      await Promise.all([sleeping, pass()]);
      assert.isAtLeast(clock.monotonic() - before, LONG - 1);
    });

    it('gives the event loop one turn for a sleep of 0', async () => {
      const order: string[] = [];
      const sleeping = clock.sleep(0).then(() => order.push('slept'));
      await Promise.resolve().then(() => order.push('microtask'));
      await sleeping;
      assert.deepEqual(order, ['microtask', 'slept']);
    });

    it('wakes a sleeper with the reason of the abort, before and while it sleeps', async () => {
      const stop = new AbortController();
      const sleeping = clock.sleep(1_000_000, stop.signal).catch((reason: unknown) => reason);
      stop.abort('enough');
      assert.equal(await sleeping, 'enough');
      assert.equal(await clock.sleep(1, stop.signal).catch((reason: unknown) => reason), 'enough');
    });

    it('holds a timer that is further away than 24 days', async () => {
      let rung = false;
      const cancel = clock.after(2 ** 40, () => {
        rung = true;
      });
      await pass();
      cancel();
      assert.isFalse(rung);
    });
  });
}
