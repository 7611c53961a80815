import { assert } from 'chai';
import { Denied, Upstream } from '../../../operator/api/errors.ts';
import { FINALIZER } from '../../../operator/api/names.ts';
import type { CodeObject } from '../../../operator/api/objects.ts';
import { type Action, OPERATOR } from '../../../operator/core/action.ts';
import { brokenLaws, timestamp } from '../../../operator/core/conditions.ts';
import { act, done, wait } from '../../../operator/core/decision.ts';
import { ReconcileRig, value } from '../../support/reconcile-rig.ts';
import { type SmallRoomOptions, smallObject, smallRoom } from '../../support/small-room.ts';
import { thrownBy } from '../../support/thrown-by.ts';

const PATIENCE = 600_000;
const LATE_AGAIN = 30_000;
const refused = new Denied('Forbidden', 'may not get Services');
const broken = new Upstream('InternalError', 'the API server answered 500');
const ENDED = { last: () => done('Ended', 'all is well') };

function rigOf(options: SmallRoomOptions, over: Partial<CodeObject['metadata']> = {}): ReconcileRig {
  return new ReconcileRig(smallRoom(options), smallObject(over, { status: { message: 'before' } as object }));
}

/** A pass that fails; until when it wants to be asked again at the latest. */
async function failing(rig: ReconcileRig): Promise<{ readonly reason: string; readonly until?: number }> {
  const result = await rig.pass();
  assert(result.kind === 'failed', `it failed, and did not end with ${result.kind}`);
  assert.deepEqual(brokenLaws(rig.object?.status ?? {}, rig.object?.metadata.generation ?? 0), []);
  const { error, until } = result;
  return { reason: error.reason, ...(until === undefined ? {} : { until }) };
}

const standing = (rig: ReconcileRig): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (rig.object?.status?.conditions ?? []).map(({ type, status, reason }) => [type, `${status} ${reason}`]),
  );
const hinderedOf = (rig: ReconcileRig) => rig.metrics.gauges.get('code_hindered_objects{controller=tenant}');
const messageOf = (rig: ReconcileRig) => (rig.object?.status as { message?: string } | undefined)?.message;

describe('an object that a step throws at', () => {
  const decide = () => {
    throw new TypeError('x is undefined');
  };

  it('is told of the fault of the operator, and as Stalled when that lasts; once it is mended nothing is left of it', async () => {
    let fault: typeof decide | undefined = decide;
    const rig = rigOf({ steps: { last: () => fault?.() ?? done('Ended', 'all is well') } });
    await failing(rig);
    assert.equal(messageOf(rig), 'meets a fault of the operator, and is tried again: x is undefined');
    await rig.clock.advance(PATIENCE);
    await failing(rig);
    assert.deepEqual(standing(rig), {
      Attended: 'False UnexpectedError',
      Ready: 'False UnexpectedError',
      Stalled: 'True UnexpectedError',
    });
    assert.match(messageOf(rig) ?? '', /; report it with the operator's log$/);
    fault = undefined;
    await rig.pass();
    assert.deepEqual([hinderedOf(rig), standing(rig)['Ready']], [0, 'True Ended']);
  });
});

describe('an object that cannot be looked at', () => {
  const observe = async () => {
    throw refused;
  };

  it('is told at once, and as Stalled when that lasts longer than it may', async () => {
    const rig = rigOf({ steps: ENDED, observe });
    const end = rig.clock.now() + PATIENCE;
    assert.deepEqual(await failing(rig), { reason: 'Forbidden', until: end });
    const under = { Attended: 'False Forbidden', Ready: 'Unknown Forbidden', Reconciling: 'True Forbidden' };
    assert.deepEqual(standing(rig), under);
    assert.equal(messageOf(rig), 'cannot be looked at, and is tried again: may not get Services');
    await rig.clock.advance(PATIENCE - 1);
    assert.deepEqual(await failing(rig), { reason: 'Forbidden', until: end });
    assert.deepEqual(standing(rig), under);
    await rig.clock.advance(1);
    assert.deepEqual(await failing(rig), { reason: 'Forbidden' });
    assert.deepEqual(standing(rig), {
      Attended: 'False Forbidden',
      Ready: 'False Forbidden',
      Stalled: 'True Forbidden',
    });
    const late = 'cannot be looked at, and is tried again: may not get Services; mend the cause, it recovers by itself';
    assert.equal(messageOf(rig), late);
    assert.equal(hinderedOf(rig), 1);
  });

  it('is told so by a process that has just started, too', async () => {
    const rig = rigOf({ steps: ENDED, observe });
    await failing(rig);
    await rig.clock.advance(PATIENCE);
    const restarted = new ReconcileRig(smallRoom({ steps: ENDED, observe }), rig.object);
    await restarted.clock.advance(PATIENCE);
    await failing(restarted);
    assert.equal(standing(restarted)['Stalled'], 'True Forbidden');
  });

  it('goes on as if nothing had been, once it can', async () => {
    let fails = true;
    const rig = rigOf({ steps: ENDED, observe: async () => (fails ? observe() : undefined) });
    await failing(rig);
    fails = false;
    assert.deepEqual(await rig.pass(), { kind: 'done' });
    assert.deepEqual(standing(rig), { LastDone: 'True Ended', Ready: 'True Ended' });
    assert.equal(hinderedOf(rig), 0);
  });

  it('rests where it rests, and tells beside that when it lasts longer than it may', async () => {
    let fails = false;
    const rig = rigOf({ steps: ENDED, observe: async () => (fails ? observe() : undefined) });
    await rig.pass();
    fails = true;
    const end = rig.clock.now() + PATIENCE;
    const rests = rig.object;
    assert.deepEqual(await failing(rig), { reason: 'Forbidden', until: end });
    assert.deepEqual(rig.object, rests);
    await rig.clock.advance(PATIENCE);
    await failing(rig);
    const told = { Attended: 'False Forbidden', LastDone: 'True Ended', Ready: 'True Ended' };
    assert.deepEqual(standing(rig), told);
    const writes = rig.cluster.told.length;
    await failing(rig);
    assert.lengthOf(rig.cluster.told, writes);
    fails = false;
    await rig.pass();
    assert.deepEqual(standing(rig), { LastDone: 'True Ended', Ready: 'True Ended' });
  });

  it('is not decided on by what lags behind its own writes', async () => {
    const rig = rigOf({ steps: ENDED });
    rig.behind = broken;
    assert.equal((await failing(rig)).reason, 'InternalError');
    assert.deepEqual(rig.cluster.told, ['patchStatus Tenant/acme']);
    assert.equal(standing(rig)['Ready'], 'Unknown InternalError');
    rig.cluster.remove({ resource: 'Tenant', name: 'acme' });
    assert.equal((await thrownBy(rig.pass())).reason, 'InternalError');
  });
});

describe('a finalizer that cannot be set', () => {
  it('is told with its cause', async () => {
    const rig = rigOf({ steps: ENDED, needsFinalizer: true });
    rig.cluster.failures.push({ verb: 'jsonPatch', error: broken });
    assert.equal((await failing(rig)).reason, 'InternalError');
    assert.match(messageOf(rig) ?? '', /^cannot be marked with the finalizer .*: the API server answered 500$/);
    assert.deepEqual(await rig.pass(), { kind: 'again' });
  });
});

describe('a deletion that nobody lets end', () => {
  const target = { resource: 'Namespace', name: 'acme-prod' } as const;
  const action: Action = { type: 'delete-object', target, uid: 'u', propagation: 'Background', as: OPERATOR };
  const clean = { clean: () => act('Cleaning', 'cleaning up', action) };
  const HELD = `it is held by its finalizer ${FINALIZER}, and is tried on: mend the cause, or take the finalizer off`;

  function deleted(options: SmallRoomOptions): ReconcileRig {
    const rig = rigOf(options, { finalizers: [FINALIZER], generation: 2 });
    const { clock, cluster } = rig;
    const object = rig.object ?? smallObject();
    cluster.put({ ...object, metadata: { ...object.metadata, deletionTimestamp: timestamp(clock.now()) } });
    return rig;
  }

  it('is told after a while with what holds it and what to do, and is tried on', async () => {
    let fails = true;
    const rig = deleted({ teardown: clean });
    rig.performers = {
      'delete-object': async () => {
        if (fails) throw broken;
        return {};
      },
    };
    const since = rig.clock.now();
    assert.deepEqual(await failing(rig), { reason: 'InternalError', until: since + PATIENCE });
    assert.equal(standing(rig)['Reconciling'], 'True InternalError');
    await rig.clock.advance(PATIENCE);
    assert.deepEqual(await failing(rig), { reason: 'InternalError', until: since + PATIENCE + LATE_AGAIN });
    assert.equal(standing(rig)['Stalled'], 'True InternalError');
    const [stalled] = (rig.object?.status?.conditions ?? []).filter(({ type }) => type === 'Stalled');
    assert.equal(
      stalled?.message,
      `the API server answered 500; deleted at ${timestamp(since)}, ${HELD}, which leaves undone what is left`,
    );
    fails = false;
    assert.notEqual((await rig.pass()).kind, 'failed');
  });

  it('is told of waiting and of policy that denies it, too', async () => {
    const rig = deleted({ teardown: { clean: () => wait('Waiting', 'for pods to go') } });
    assert.deepEqual(await rig.pass(), { kind: 'wait', until: rig.clock.now() + PATIENCE });
    await rig.clock.advance(PATIENCE);
    assert.deepEqual(await rig.pass(), { kind: 'wait', until: rig.clock.now() + LATE_AGAIN });
    assert.equal(standing(rig)['Stalled'], 'True Waiting');

    const denied = deleted({ teardown: clean });
    denied.answer = () => value({ allow: false, deny: [{ rule: 'a/b', message: 'not so' }], warn: [] });
    await denied.pass();
    await denied.clock.advance(PATIENCE);
    await denied.pass();
    assert.include(denied.standing.join('\n'), 'policy denied step clean: not so [a/b]; deleted at');
    assert.include(denied.standing.join('\n'), HELD);
  });

  it('is told where it is the finalizer itself that cannot be taken off, and where nothing can be looked at', async () => {
    const rig = deleted({ teardown: {} });
    rig.cluster.failures.push({ verb: 'jsonPatch', error: broken }, { verb: 'jsonPatch', error: broken });
    assert.equal((await failing(rig)).reason, 'InternalError');
    await rig.clock.advance(PATIENCE);
    await failing(rig);
    assert.include(messageOf(rig), 'has nothing left to do, but cannot be let go');
    assert.include(messageOf(rig), HELD);
    assert.deepEqual(await rig.pass(), { kind: 'done' });
    assert.isUndefined(rig.object);
    assert.equal(hinderedOf(rig), 0);

    const unread = deleted({
      observe: async () => {
        throw refused;
      },
    });
    await failing(unread);
    await unread.clock.advance(PATIENCE);
    await failing(unread);
    assert.include(messageOf(unread), HELD);
  });

  it('is told where the object does not fit its schema any more', async () => {
    const rig = deleted({ teardown: clean });
    rig.parse = () => ({ ok: false, errors: [{ field: 'spec.a', message: 'is wrong' }] });
    assert.deepEqual(await rig.pass(), { kind: 'wait', until: rig.clock.now() + PATIENCE });
    await rig.clock.advance(PATIENCE);
    assert.deepEqual(await rig.pass(), { kind: 'wait', until: rig.clock.now() + LATE_AGAIN });
    assert.include(rig.standing.join('\n'), 'does not fit its schema: spec.a: is wrong; deleted at');
    assert.include(rig.standing.join('\n'), HELD);
  });

  it('is not told of before it was tried: the operator may have been away', async () => {
    const rig = deleted({ teardown: clean });
    rig.performers = { 'delete-object': () => Promise.reject(broken) };
    await rig.clock.advance(2 * PATIENCE);
    await failing(rig);
    assert.equal(standing(rig)['Reconciling'], 'True InternalError');
    await failing(rig);
    assert.equal(standing(rig)['Stalled'], 'True InternalError');
  });
});
