import { assert } from 'chai';
import type { RejectedRevision } from '../../../operator/api/generated/deployment.ts';
import { planOf } from '../../../operator/controllers/deployment/delivery/frozen-plan.ts';
import { rollBack } from '../../../operator/controllers/deployment/steps/roll-back.ts';
import { timestamp } from '../../../operator/core/conditions.ts';
import { aDeployment, START, withImage } from './builders.ts';
import { anObservation, aReplicaSet, frozen, laws, remembering } from './observed-builders.ts';
import { inWords } from './simulation.ts';

const bad = withImage('shop:bad')(aDeployment());
const [goodPlan, badPlan] = [planOf(aDeployment().spec), planOf(bad.spec)];
const rejection: RejectedRevision = {
  hash: badPlan.revision,
  plan: badPlan.hash,
  reason: 'ImagePullFailed',
  message: 'no such image',
  at: timestamp(START - 1_000),
};
const sets = (good: readonly [number, number], worse: readonly [number, number]) => [
  aReplicaSet(bad, goodPlan, ...good),
  aReplicaSet(bad, badPlan, ...worse),
];
const rejected = (replicaSets = sets([1, 1], [2, 0])) =>
  remembering(frozen(anObservation({ replicaSets }, bad)), {
    revisions: { serving: goodPlan.revision, rejected: [rejection] },
  });
const words = (decision: ReturnType<typeof rollBack.decide>) =>
  decision.kind === 'act' ? decision.actions.map(inWords) : decision.kind;

describe('step roll-back', () => {
  it('is a safety step', () => {
    assert.isTrue(rollBack.safety);
  });

  it('has nothing to do for what nobody rejected', () => {
    assert.equal(rollBack.decide(anObservation(), laws()).kind, 'done');
  });

  it('gives the rejected pods up and brings back what serves', () => {
    const decision = rollBack.decide(rejected(), laws());
    assert.deepInclude(decision, { reason: 'RollingBack', ready: 'False' });
    assert.deepEqual(words(decision), [`patch ReplicaSet shop-${badPlan.revision} {"spec":{"replicas":1}}`]);
  });

  it('waits for what serves, and says in the end that it did not come', () => {
    const waiting = rejected(sets([2, 0], [0, 0]));
    assert.deepInclude(rollBack.decide(waiting, laws()), { kind: 'wait', reason: 'RollingBack', ready: 'False' });
    const decision = rollBack.decide(waiting, laws({ now: START + 600_000 }));
    assert.deepInclude(decision, { kind: 'stuck', reason: 'RollbackIncomplete' });
  });

  it('ends with the cause, what serves and what to do', () => {
    assert.deepEqual(rollBack.decide(rejected(sets([2, 2], [0, 0])), laws()), {
      kind: 'stuck',
      reason: 'RolledBack',
      message: `rolled back to revision ${goodPlan.revision} (2 of 2 pods available): revision ${badPlan.revision} was rejected (ImagePullFailed): no such image; change the template, or set the annotation code-engine.dev/retry to a new value to try it again`,
    });
  });

  it('rebuilds what served from its plan where its ReplicaSet is gone', () => {
    const gone = rejected([aReplicaSet(bad, badPlan, 0, 0)]);
    assert.deepInclude(rollBack.decide(gone, laws()), { kind: 'stuck', reason: 'ServingPlanMissing' });
    const served = frozen(anObservation());
    const decision = rollBack.decide({ ...gone, plans: [...gone.plans, ...served.plans] }, laws());
    assert.deepEqual(words(decision), [`create ReplicaSet shop-${goodPlan.revision} of 2`]);
  });

  it('keeps the pods of a first delivery that failed', () => {
    const first = remembering(rejected([aReplicaSet(bad, badPlan, 2, 0)]), { revisions: { rejected: [rejection] } });
    assert.deepInclude(rollBack.decide(first, laws()), { kind: 'stuck', reason: 'FirstDeliveryFailed' });
  });

  it('leaves a roll-out under way alone', () => {
    const rolling = remembering(anObservation({ replicaSets: sets([1, 1], [1, 0]) }, bad), {
      revisions: { serving: goodPlan.revision },
      steps: [{ name: 'roll-out', state: 'Running', attempt: 1 }],
    });
    assert.equal(rollBack.decide(rolling, laws()).kind, 'done');
  });

  it('shrinks what was superseded before anything rolls out', () => {
    const superseding = remembering(
      frozen(anObservation({ replicaSets: sets([2, 2], [1, 0]) }, withImage('shop:3')(aDeployment()))),
      { revisions: { serving: goodPlan.revision } },
    );
    const decision = rollBack.decide(superseding, laws());
    assert.deepEqual(words(decision), [`patch ReplicaSet shop-${badPlan.revision} {"spec":{"replicas":0}}`]);
  });

  it('keeps what serves within its own template when only a later version can be built', () => {
    const unknown = remembering(frozen(anObservation({ replicaSets: [] }, bad)), {
      revisions: { serving: goodPlan.revision },
    });
    assert.equal(rollBack.decide(unknown, laws()).kind, 'done');
  });
});
