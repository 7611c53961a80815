import { assert } from 'chai';
import { rollOut } from '../../../operator/controllers/deployment/steps/roll-out.ts';
import { timestamp } from '../../../operator/core/conditions.ts';
import { aDeployment, START } from './builders.ts';
import { anObservation, aPod, aReplicaSet, laws, remembering } from './observed-builders.ts';
import { inWords } from './simulation.ts';

const { revision, hash } = anObservation().delivery.plan;
const { plan } = anObservation().delivery;
const set = (size: number, available: number) => aReplicaSet(aDeployment(), plan, size, available);
const begun = (ago: number, available = 0) =>
  remembering(anObservation({ replicaSets: [set(2, available)] }), {
    steps: [{ name: 'roll-out', state: 'Running', startedAt: timestamp(START - ago), attempt: 1 }],
  });
const serving = (size: number, available: number, progressedAgo: number, told = available) =>
  remembering(anObservation({ replicaSets: [set(size, available)] }), {
    revisions: { serving: revision },
    availableReplicas: told,
    plan: { hash, revision, delivery: 'd', progressedAt: timestamp(START - progressedAgo) },
  });
const words = (decision: ReturnType<typeof rollOut.decide>) =>
  decision.kind === 'act' ? decision.actions.map(inWords) : decision.kind;

describe('step roll-out', () => {
  it('remembers its start together with its first move', () => {
    const decision = rollOut.decide(anObservation(), laws());
    assert.deepEqual(words(decision), [`create ReplicaSet shop-${revision} of 2`, 'record roll-out-started']);
  });

  it('waits no longer than the deadline', () => {
    const decision = rollOut.decide(begun(100_000), laws());
    assert.deepInclude(decision, { kind: 'wait', reason: 'RollingOut', until: START + 500_000 });
  });

  it('looks again when a failing probe is certain, and names it long before the deadline', () => {
    const plain = set(2, 0);
    const containers = [{ name: 'web', image: 'shop:1', readinessProbe: { periodSeconds: 5 } }];
    const template = { ...plain.spec.template, spec: { containers } };
    const pod = aPod({
      containerStatuses: [
        { name: 'web', ready: false, started: true, state: { running: { startedAt: timestamp(START) } } },
      ],
    });
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'shop', uid: `uid-${revision}` };
    const observed = {
      ...begun(0),
      replicaSets: [{ ...plain, spec: { ...plain.spec, template } }],
      pods: [{ ...pod, metadata: { ...pod.metadata, ownerReferences: [owner] } }],
    };
    assert.deepInclude(rollOut.decide(observed, laws()), { reason: 'RollingOut', until: START + 15_000 });
    assert.deepInclude(rollOut.decide(observed, laws({ now: START + 15_000 })), {
      kind: 'wait',
      reason: 'ProbeFailing',
      message: `rolling out revision ${revision}: 2 of 2 pods updated, 0 available; pod shop-1, container web: its readiness probe does not succeed`,
      until: START + 600_000,
    });
  });

  it('starts the deadline again with each pod that became ready, but not for one that flaps', () => {
    const ready = (createdAgo: number, readyAgo: number) => ({
      ...begun(650_000),
      pods: [
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: {
            name: 'shop-1',
            creationTimestamp: timestamp(START - createdAgo),
            ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'shop', uid: `uid-${revision}` }],
          },
          status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: timestamp(START - readyAgo) }] },
        },
      ],
    });
    assert.deepInclude(rollOut.decide(ready(30_000, 10_000), laws()), { until: START + 590_000 });
    assert.equal(words(rollOut.decide(ready(1_300_000, 10_000), laws())).toString(), 'record rejection');
  });

  it('records the rejection at the deadline, with the cause', () => {
    const decision = rollOut.decide(begun(600_000), laws());
    assert.equal(decision.kind, 'act');
    if (decision.kind !== 'act') return;
    assert.deepInclude(decision, { reason: 'Rejecting', ready: 'False' });
    assert.deepEqual(decision.actions, [
      {
        type: 'record',
        record: {
          kind: 'rejection',
          step: 'roll-out',
          rejected: {
            hash: revision,
            plan: hash,
            reason: 'ProgressDeadlineExceeded',
            message: 'pods did not become available in time',
            at: timestamp(START),
          },
        },
      },
    ]);
  });

  it('is done when all pods stand alone, deadline or not', () => {
    assert.equal(rollOut.decide(begun(900_000, 2), laws()).kind, 'done');
  });

  it('waits at rest for pods that were lost, and says so when they stay away', () => {
    const lost = rollOut.decide(serving(2, 1, 86_400_000, 2), laws());
    assert.deepInclude(lost, { kind: 'wait', reason: 'PodsUnavailable', until: START + 600_000 });
    const away = rollOut.decide(serving(2, 1, 700_000), laws());
    assert.deepInclude(away, { kind: 'stuck', reason: 'ProgressDeadlineExceeded' });
  });

  it('gives a new size at rest a deadline of its own', () => {
    const decision = rollOut.decide(serving(1, 1, 86_400_000), laws());
    assert.deepEqual(words(decision), [`patch ReplicaSet shop-${revision} {"spec":{"replicas":2}}`, 'record resized']);
  });

  it('never rejects what serves', () => {
    const old = serving(2, 0, 700_000);
    const decision = rollOut.decide(
      remembering(old, { steps: [{ name: 'roll-out', state: 'Done', attempt: 1 }] }),
      laws(),
    );
    assert.equal(decision.kind, 'stuck');
  });
});
