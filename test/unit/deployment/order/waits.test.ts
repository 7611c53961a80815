import { assert } from 'chai';
import type { Deployment, DeploymentStatus } from '../../../../operator/api/generated/deployment.ts';
import type { Tenant } from '../../../../operator/api/generated/tenant.ts';
import { annotations } from '../../../../operator/api/names.ts';
import type { DeploymentObserved } from '../../../../operator/controllers/deployment/observed.ts';
import { observeOrder } from '../../../../operator/controllers/deployment/order/observe-order.ts';
import { ALONE, type ObservedOrder } from '../../../../operator/controllers/deployment/order/observed-order.ts';
import { standingOf } from '../../../../operator/controllers/deployment/order/standing-of.ts';
import { waitForOthers } from '../../../../operator/controllers/deployment/order/wait-for-others.ts';
import type { Reader } from '../../../../operator/ports/kube.ts';
import { aDeployment, START } from '../builders.ts';
import { anObservation, laws } from '../observed-builders.ts';

const DEADLINE = 600_000;

function other(name: string, status: DeploymentStatus = {}, spec: Partial<Deployment['spec']> = {}): Deployment {
  const base = aDeployment();
  return { ...base, metadata: { ...base.metadata, name, uid: `uid-${name}` }, spec: { ...base.spec, ...spec }, status };
}

const condition = (type: string, status: 'True' | 'False' | 'Unknown', reason: string) => ({
  type,
  status,
  reason,
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
  observedGeneration: 1,
});
const current = (change: DeploymentStatus): DeploymentStatus => ({ observedGeneration: 1, ...change });
const serving = current({
  conditions: [condition('Ready', 'True', 'Promoted')],
  plan: { hash: 'p', revision: 'r', delivery: 'd', startedAt: '2026-01-01T00:00:00Z' },
  revisions: { serving: 'r' },
});

function waiting(order: Partial<ObservedOrder>, spec: Partial<Deployment['spec']> = {}) {
  const object = other('shop', {}, spec);
  return anObservation({ order: { ...ALONE, ...order } }, object);
}

const told = (observed: DeploymentObserved, now = START) => {
  const decision = waitForOthers(observed, laws({ now }));
  return decision && `${decision.kind} ${decision.reason}: ${decision.message}`;
};

describe('what a delivery depends on', () => {
  const depending = (found?: Deployment) =>
    waiting({ dependencies: [{ name: 'database', ...(found === undefined ? {} : { found }) }] });

  it('is waited for until it is Ready at its generation', () => {
    assert.equal(
      told(depending(other('database', { ...serving, observedGeneration: 0, message: 'rolling out' }))),
      'wait WaitingForDependency: spec.dependsOn: Deployment database is not Ready at its generation: rolling out',
    );
    assert.isUndefined(told(depending(other('database', serving))));
  });

  it('is told at once where it does not exist, and ends the wait at the deadline', () => {
    assert.equal(told(depending()), 'wait WaitingForDependency: spec.dependsOn: Deployment database does not exist');
    const late = (observed: DeploymentObserved) => {
      const memory = {
        steps: [{ name: 'prepare', state: 'Waiting', startedAt: new Date(START).toISOString() } as const],
      };
      return told({ ...observed, memory }, START + DEADLINE);
    };
    assert.equal(
      late(depending()),
      'stuck DependencyMissing: spec.dependsOn: Deployment database does not exist; it goes on by itself once they are Ready',
    );
    assert.match(late(depending(other('database', {}))) ?? '', /^stuck DependencyNotReady: /);
    assert.isUndefined(late(depending(other('database', serving))));
  });

  it('is refused where it leads round, by the shortest way', () => {
    const all = new Map(
      [
        other('shop', {}, { dependsOn: [{ name: 'api' }, { name: 'cart' }] }),
        other('api', {}, { dependsOn: [{ name: 'cart' }] }),
        other('cart', {}, { dependsOn: [{ name: 'shop' }] }),
      ].map((one) => [one.metadata.name, one]),
    );
    const reader = { get: ({ name }: { name: string }) => all.get(name), by: () => [] } as unknown as Reader; // border: the two methods that are asked
    const order = observeOrder(reader, all.get('shop') as Deployment, undefined); // border: just put there
    assert.deepEqual(order.cycle, ['shop', 'cart', 'shop']);
    assert.equal(
      told(waiting(order)),
      'stuck DependencyCycle: spec.dependsOn leads round: shop -> cart -> shop; remove one of them',
    );
  });

  it('does not hold what has begun', () => {
    const begun = { steps: [{ name: 'roll-out', state: 'Running', attempt: 1 } as const] };
    assert.isUndefined(told({ ...depending(), memory: begun }));
  });

  it('starts together with it where both are of one group', () => {
    const member = other('database', current({ steps: [{ name: 'review', state: 'Done' }] }));
    const group = { name: 'suite', size: 2, release: '1' };
    const observed = waiting({ dependencies: [{ name: 'database', found: member }], members: [member] }, { group });
    assert.isUndefined(told(observed));
  });
});

describe('a group', () => {
  const group = { name: 'suite', size: 3, release: '2026.11' };
  const reviewed = current({ steps: [{ name: 'review', state: 'Done' }] });

  it('starts when all its members show the release and passed review', () => {
    assert.equal(
      told(waiting({ members: [other('api', {})] }, { group })),
      'wait WaitingForGroup: group suite: 2 of 3 members show release 2026.11; api is not reviewed yet',
    );
    assert.isUndefined(told(waiting({ members: [other('api', reviewed), other('cart', serving)] }, { group })));
  });

  it('says who keeps it from starting, and ends the wait at the deadline', () => {
    const failed = current({ conditions: [condition('Stalled', 'True', 'ReviewRejected')] });
    const observed = waiting({ members: [other('api', reviewed), other('cart', failed)] }, { group });
    assert.equal(told(observed), 'wait WaitingForGroup: group suite: cart failed (ReviewRejected)');
    const memory = {
      steps: [{ name: 'prepare', state: 'Waiting', startedAt: new Date(START).toISOString() } as const],
    };
    assert.match(told({ ...observed, memory }, START + DEADLINE) ?? '', /^stuck GroupIncomplete: /);
  });

  it('counts no step of a member that a retry makes begin anew, before its status tells of the retry', () => {
    const step = { index: 3, of: 4, name: 'pause', startedAt: '2026-01-01T00:00:00Z' };
    const retried = (handled: string) => {
      const member = other('cart', current({ step, handled: { retry: handled } }));
      return { ...member, metadata: { ...member.metadata, annotations: { [annotations.retry]: '2' } } };
    };
    assert.deepInclude(standingOf(retried('1')), { current: false, step: 1 });
    assert.deepInclude(standingOf(retried('2')), { current: true, step: 3 });
  });
});

describe("a slot under a Tenant's limit", () => {
  const tenant = { metadata: { name: 'acme' }, spec: { deliveries: { concurrent: 2 } } } as Tenant; // border: what is asked of it
  const moving = current({ steps: [{ name: 'roll-out', state: 'Running', attempt: 1 }] });
  const inLine = (seconds: number) =>
    current({
      conditions: [condition('Ready', 'Unknown', 'WaitingForSlot')],
      steps: [{ name: 'prepare', state: 'Waiting', startedAt: new Date(START + seconds * 1000).toISOString() }],
    });
  const asked = (rivals: readonly Deployment[], status: DeploymentStatus, seconds = 10) => {
    const observed = anObservation({ order: { ...ALONE, rivals }, tenant }, other('shop', status));
    return told(observed, START + seconds * 1000);
  };

  it('is given to who stored a place in line, once all have had time to see it', () => {
    const limit = 'wait WaitingForSlot: Tenant acme lets 2 deliveries go on at once: ';
    assert.equal(asked([], {}), `${limit}taking a place in line`);
    assert.equal(asked([], inLine(0), 1), `${limit}0 under way, 0 in line before this one`);
    assert.isUndefined(asked([], inLine(0), 2));
  });

  it('is free while fewer are under way or came earlier', () => {
    assert.isUndefined(asked([other('a', moving), other('b', inLine(1)), other('c', serving)], inLine(0)));
  });

  it('is waited for in the order in which places were taken, by name within a second', () => {
    const full =
      'wait WaitingForSlot: Tenant acme lets 2 deliveries go on at once: 1 under way, 1 in line before this one';
    assert.equal(asked([other('a', moving), other('z', inLine(0))], inLine(1)), full);
    assert.equal(asked([other('a', moving), other('b', inLine(0))], inLine(0)), full);
    assert.isUndefined(asked([other('a', moving), other('z', inLine(0))], inLine(0)));
  });

  it('is nothing that a Tenant without a limit knows', () => {
    assert.isUndefined(told(waiting({ rivals: [other('a', moving), other('b', moving)] })));
  });
});
