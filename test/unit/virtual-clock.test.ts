import { assert } from 'chai';
import { seededRandom } from '../support/seeded-random.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

describe('the virtual clock', () => {
  it('rings timers in the order of their time, also those set on the way', async () => {
    const clock = new VirtualClock();
    const rung: string[] = [];
    clock.after(20, () => rung.push('20'));
    clock.after(10, () => {
      rung.push('10');
      clock.after(5, () => rung.push('15'));
    });
    clock.after(31, () => rung.push('31'));
    await clock.advance(30);
    assert.deepEqual(rung, ['10', '15', '20']);
    assert.equal(clock.monotonic(), 30);
    assert.deepEqual(clock.waiting, [1]);
  });

  it('rejects a sleep that is aborted, with the reason', async () => {
    const clock = new VirtualClock();
    const stop = new AbortController();
    const sleeping = clock.sleep(1000, stop.signal).then(
      () => 'slept',
      (reason: unknown) => reason,
    );
    stop.abort('enough');
    assert.equal(await sleeping, 'enough');
    assert.deepEqual(clock.waiting, []);
  });

  it('never rings a timer that was cancelled', async () => {
    const clock = new VirtualClock();
    let rung = 0;
    clock.after(1, () => rung++)();
    await clock.advance(10);
    assert.equal(rung, 0);
  });
});

describe('seeded randomness', () => {
  it('repeats itself for the same seed and stays in [0, 1)', () => {
    const row = (seed: number) => Array.from({ length: 1000 }, seededRandom(seed));
    assert.deepEqual(row(7), row(7));
    assert.notDeepEqual(row(7), row(8));
    assert.isTrue(row(7).every((value) => value >= 0 && value < 1));
  });
});
