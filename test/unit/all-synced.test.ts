import { assert } from 'chai';
import { Upstream } from '../../operator/api/errors.ts';
import type { ResourceName } from '../../operator/api/resources.ts';
import { allSynced, unsynced } from '../../operator/runtime/all-synced.ts';
import type { CacheState } from '../../operator/runtime/caches.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const MINUTE = 60_000;
const never = new AbortController().signal;

const state = (resource: ResourceName, change: Partial<CacheState> = {}): CacheState => ({
  resource,
  synced: false,
  objects: 0,
  refused: false,
  ...change,
});

/** How the wait ended: `synced`, the reason of an error, or still `waiting`. */
function setUp(states: CacheState[], signal = never) {
  const clock = new VirtualClock();
  const caches = { states };
  const end = { how: 'waiting', message: '' };
  allSynced(caches, clock, signal).then(
    () => {
      end.how = 'synced';
    },
    (thrown: unknown) => {
      end.how = thrown instanceof Upstream ? thrown.reason : String(thrown);
      end.message = thrown instanceof Error ? thrown.message : '';
    },
  );
  return { clock, end, states };
}

describe('waiting for the caches', () => {
  it('R10: goes on when the last one is complete', async () => {
    const { clock, end, states } = setUp([state('Pod', { synced: true }), state('Tenant')]);
    await clock.advance(MINUTE);
    assert.equal(end.how, 'waiting');
    states[1] = state('Tenant', { synced: true });
    await clock.advance(100);
    assert.equal(end.how, 'synced');
  });

  it('R10: gives up after 2 minutes, naming what is not complete and why', async () => {
    const { clock, end } = setUp([state('Pod', { synced: true }), state('Tenant', { trouble: 'nobody answers' })]);
    await clock.advance(2 * MINUTE - 1);
    assert.equal(end.how, 'waiting');
    await clock.advance(1);
    assert.deepEqual(end, {
      how: 'CachesNotSynced',
      message: 'could not fill the caches within 2 minutes: Tenant (nobody answers)',
    });
  });

  it('R21: waits without limit for a kind that is not defined, and 2 minutes once it is', async () => {
    const { clock, end, states } = setUp([state('Tenant', { refused: true, trouble: 'not found' })]);
    await clock.advance(60 * MINUTE);
    assert.equal(end.how, 'waiting');
    assert.deepEqual(unsynced(states), ['Tenant (not found)']);
    states[0] = state('Tenant');
    await clock.advance(2 * MINUTE - 1_000);
    assert.equal(end.how, 'waiting');
    await clock.advance(1_000);
    assert.equal(end.how, 'CachesNotSynced');
  });

  it('ends with the reason it was stopped for', async () => {
    const controller = new AbortController();
    const { clock, end } = setUp([state('Tenant')], controller.signal);
    await clock.advance(MINUTE);
    controller.abort('the operator ends');
    await clock.advance(100);
    assert.equal(end.how, 'the operator ends');
  });
});
