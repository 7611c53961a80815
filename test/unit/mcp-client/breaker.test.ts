import { assert } from 'chai';
import { Breaker } from '../../../operator/adapters/mcp-client/breaker.ts';

describe('the breaker of a tool', () => {
  const breakerAfter = (outcomes: string, at = 0): Breaker => {
    const breaker = new Breaker();
    for (const outcome of outcomes) breaker.record(outcome === '+', at);
    return breaker;
  };

  const cases: readonly [outcomes: string, wait: number][] = [
    ['', 0],
    ['--', 0],
    ['---', 60_000],
    ['--+--', 60_000], // 4 of 5
    ['+-+-', 0], // 2 of 4 say nothing yet
    ['+-+-+', 0], // 2 of 5
    ['+-+-+-', 60_000], // 3 of 6
    ['+++++--', 0],
    ['+++++---', 60_000],
  ];
  for (const [outcomes, wait] of cases) {
    it(`${wait === 0 ? 'lets calls through' : 'keeps calls away'} after "${outcomes}"`, () => {
      assert.equal(breakerAfter(outcomes).wait(0), wait);
    });
  }

  it('says how long it will stay open', () => {
    const breaker = breakerAfter('---', 1_000);
    assert.deepEqual([breaker.wait(1_000), breaker.wait(31_000), breaker.wait(60_999)], [60_000, 30_000, 1]);
  });

  it('lets three trials through after a minute and keeps all others away', () => {
    const breaker = breakerAfter('---');
    assert.deepEqual(
      [1, 2, 3, 4].map(() => breaker.wait(60_000)),
      [0, 0, 0, 60_000],
    );
  });

  it('closes when three trials have succeeded, and has forgotten the past', () => {
    const breaker = breakerAfter('---');
    for (let trial = 0; trial < 3; trial += 1) {
      assert.equal(breaker.wait(60_000), 0);
      breaker.record(true, 60_000);
    }
    breaker.record(false, 60_000);
    assert.equal(breaker.wait(60_000), 0);
  });

  it('opens for another minute when one trial fails', () => {
    const breaker = breakerAfter('---');
    breaker.wait(60_000);
    breaker.record(true, 60_000);
    breaker.wait(60_000);
    breaker.record(false, 61_000);
    assert.equal(breaker.wait(61_000), 60_000);
  });

  it('takes a trial back that said nothing', () => {
    const breaker = breakerAfter('---');
    for (let trial = 0; trial < 3; trial += 1) breaker.wait(60_000);
    breaker.giveBack();
    assert.deepEqual([breaker.wait(60_000), breaker.wait(60_000)], [0, 60_000]);
  });
});
