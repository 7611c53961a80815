import { assert } from 'chai';
import { planTraffic } from '../../../operator/controllers/deployment/rollout/plan-traffic.ts';
import type { Backend, World } from '../../../operator/controllers/deployment/rollout/world.ts';

const backend = (service: string, lead: string, ready: number): Backend => ({
  service,
  lead,
  names: lead,
  ready: new Map(ready > 0 ? [[lead, ready]] : []),
});

/** A route that is to be made, between two Services that lead where they should. */
function planned(stable: Backend, canary: Backend): readonly string[] {
  const route = { name: 'shop', gits: false, drifted: false };
  const state = { role: 'target', size: 3, pods: 3, ready: 3, available: 3 } as const;
  const world: World = {
    replicas: 3,
    surge: 1,
    unavailable: 0,
    target: canary.lead,
    now: 0,
    goals: new Map([[canary.lead, 3]]),
    revisions: [{ ...state, hash: canary.lead }],
    traffic: { stable, canary, route, weight: 0, shared: false },
  };
  return planTraffic(world).map((one) => (one.kind === 'weigh' ? `weigh ${one.canary}` : one.kind));
}

describe('the first weight of a new route', () => {
  it('is all for the stable Service once that shows its pods', () => {
    assert.deepEqual(planned(backend('shop', 'one', 3), backend('shop-canary', 'one', 3)), ['weigh 0']);
  });

  it('waits for the stable Service where both lead to one revision: they show it one after the other', () => {
    assert.deepEqual(planned(backend('shop', 'one', 0), backend('shop-canary', 'one', 3)), []);
  });

  it('is all for the canary where what serves has no pod', () => {
    assert.deepEqual(planned(backend('shop', 'one', 0), backend('shop-canary', 'two', 3)), ['weigh 100']);
  });
});
