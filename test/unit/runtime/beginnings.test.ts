import { assert } from 'chai';
import { Beginnings } from '../../../operator/runtime/beginnings.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const keys = (group: string, count: number) => Array.from({ length: count }, (_, index) => `${group}/${index}`);

function setUp() {
  const clock = new VirtualClock();
  const letIn: string[] = [];
  const beginnings = new Beginnings(clock, (key) => letIn.push(key));
  const begin = (group: string, count: number) => keys(group, count).filter((key) => beginnings.begin(key, group));
  return { clock, letIn, beginnings, begin };
}

describe('beginnings', () => {
  it('begins a hundred of a burst, and the next as one comes to rest, in order', () => {
    const { letIn, beginnings, begin } = setUp();
    assert.deepEqual(begin('a', 103), keys('a', 100));
    assert.equal(beginnings.waiting, 3);
    beginnings.end('a/7');
    beginnings.end('a/8');
    assert.deepEqual(letIn, ['a/100', 'a/101']);
  });

  it('keeps nobody of another group waiting', () => {
    const { begin } = setUp();
    begin('a', 500);
    assert.deepEqual(begin('b', 2), keys('b', 2));
  });

  it('waits ten seconds at most for one that does not come to rest', async () => {
    const { clock, letIn, begin } = setUp();
    begin('a', 250);
    await clock.advance(9_999);
    assert.deepEqual(letIn, []);
    await clock.advance(1);
    assert.deepEqual(letIn, keys('a', 200).slice(100));
    await clock.advance(10_000);
    assert.deepEqual(letIn, keys('a', 250).slice(100));
  });

  it('asks once for a key that begins twice', () => {
    const { beginnings, begin } = setUp();
    begin('a', 101);
    assert.isTrue(beginnings.begin('a/0', 'a'));
    assert.isFalse(beginnings.begin('a/100', 'a'));
    assert.equal(beginnings.waiting, 1);
  });

  it('forgets a key that ends while it waits, and keeps nothing of a group at rest (R42)', () => {
    const { clock, letIn, beginnings, begin } = setUp();
    begin('a', 101);
    beginnings.end('a/100');
    for (const key of keys('a', 100)) beginnings.end(key);
    assert.deepEqual([letIn, beginnings.footprint, clock.waiting], [[], 0, []]);
  });

  it('begins nothing and lets nobody in once it is shut down', async () => {
    const { clock, letIn, beginnings, begin } = setUp();
    begin('a', 101);
    beginnings.shutDown();
    assert.deepEqual(begin('b', 1), []);
    await clock.advance(60_000);
    assert.deepEqual([letIn, clock.waiting], [[], []]);
  });
});
