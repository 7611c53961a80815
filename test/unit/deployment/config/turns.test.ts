import { assert } from 'chai';
import type { DeploymentObserved } from '../../../../operator/controllers/deployment/observed.ts';
import { validate } from '../../../../operator/controllers/deployment/steps/validate.ts';
import { timestamp } from '../../../../operator/core/conditions.ts';
import { aDeployment, START } from '../builders.ts';
import { anObservation, frozen, laws, remembering } from '../observed-builders.ts';

const changed = [{ kind: 'ConfigMap', name: 'env', digest: '0a1b2c3d4e' }] as const;
const uids = (count: number) => Array.from({ length: count }, (_, index) => `uid-${index}`);

/** One of so many Deployments that share a ConfigMap which changed. */
function sharer(uid: string, count: number): DeploymentObserved {
  const object = aDeployment();
  const observed = anObservation({}, { ...object, metadata: { ...object.metadata, uid } });
  return frozen({
    ...observed,
    config: { sources: [], copies: [], change: { changed, sharers: uids(count) } },
    memory: { plan: { hash: observed.delivery.plan.hash, revision: 'r', delivery: 'd', startedAt: timestamp(START) } },
  });
}

const startOf = (observed: DeploymentObserved, now = START): number => {
  const decision = validate.decide(observed, laws({ now }));
  return decision.kind === 'wait' ? (decision.until ?? Number.NaN) : now;
};

describe('the turns of Deployments that share config', () => {
  it('come one after another, each known by itself', () => {
    const starts = uids(5).map((uid) => (startOf(sharer(uid, 5)) - START) / 1000);
    assert.sameMembers(starts, [3, 13, 23, 33, 43]);
  });

  it('end within five minutes, however many there are', () => {
    const starts = uids(200).map((uid) => startOf(sharer(uid, 200)) - START);
    assert.isBelow(Math.max(...starts), 300_000);
    assert.equal(new Set(starts).size, 200);
  });

  it('are told with what changed, when this one starts, and how to start it now', () => {
    const [last = ''] = uids(3).filter((uid) => startOf(sharer(uid, 3)) === START + 23_000);
    assert.deepEqual(validate.decide(sharer(last, 3), laws()), {
      kind: 'wait',
      reason: 'WaitingForTurn',
      message:
        'ConfigMap env changed for 3 Deployments, which take turns: this one starts at 2026-11-02T12:00:23Z; a new value of the annotation code-engine.dev/retry starts it now',
      until: START + 23_000,
    });
    assert.equal(validate.decide(sharer(last, 3), laws({ now: START + 23_000 })).kind, 'done');
  });

  it('begin when the change has settled, for who is alone too', () => {
    assert.deepEqual(validate.decide(sharer('uid-0', 1), laws()), {
      kind: 'wait',
      reason: 'ConfigSettling',
      message:
        'ConfigMap env changed; its delivery starts at 2026-11-02T12:00:03Z, once nothing else changes; a new value of the annotation code-engine.dev/retry starts it now',
      until: START + 3_000,
    });
  });

  it('hold nobody who is retried, under way or serving already', () => {
    const late = uids(3).find((uid) => startOf(sharer(uid, 3)) > START + 3_000) ?? '';
    const waiting = sharer(late, 3);
    const { delivery } = waiting;
    const free = [
      { ...waiting, delivery: { ...delivery, retried: true } },
      remembering(waiting, { steps: [{ name: 'validate', state: 'Done' }] }),
      remembering(waiting, { revisions: { desired: 'r', serving: delivery.plan.revision } }),
    ];
    assert.deepEqual(
      free.map((observed) => validate.decide(observed, laws()).kind),
      ['done', 'done', 'done'],
    );
  });
});
