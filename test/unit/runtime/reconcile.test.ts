import { assert } from 'chai';
import { abortReasons } from '../../../operator/api/abort-reasons.ts';
import { Aborted, Bug, type CodeError, Conflict, Denied, InvalidSpec, Upstream } from '../../../operator/api/errors.ts';
import { FINALIZER } from '../../../operator/api/names.ts';
import type { KubeObject } from '../../../operator/api/objects.ts';
import { type Action, OPERATOR } from '../../../operator/core/action.ts';
import { brokenLaws } from '../../../operator/core/conditions.ts';
import { act, done, stuck, wait } from '../../../operator/core/decision.ts';
import { ReconcileRig, value } from '../../support/reconcile-rig.ts';
import { type Decide, type Seen, type SmallRoomOptions, smallObject, smallRoom } from '../../support/small-room.ts';
import { thrownBy } from '../../support/thrown-by.ts';

const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'acme-prod' } };
const make: Action = { type: 'create-object', object: namespace, as: OPERATOR };
const remember = (what: string, deferred?: true): Action => ({
  type: 'record',
  record: { kind: 'note', what },
  ...(deferred ? { deferred } : {}),
});
const deny = (rule = 'pack/rule') => value({ allow: false, deny: [{ rule, message: 'not so' }], warn: [] });

const has = (seen: Seen, type: Action['type']) => seen.effects.some(({ action }) => action.type === type);
/** Acts once, then says it is done. */
const once =
  (action: Action): Decide =>
  (seen) =>
    has(seen, action.type) ? done('Made', 'it is made') : act('Making', 'it is being made', action);

function rigOf(options: SmallRoomOptions, object = smallObject()): ReconcileRig {
  return new ReconcileRig(smallRoom(options), object);
}

const SETTINGS = { untenanted: 'Serve', podSecurityVersion: 'v1.36' } as const;

const held = (rig: ReconcileRig) => rig.object?.metadata.finalizers?.includes(FINALIZER) === true;

function assertLawful(rig: ReconcileRig): void {
  const { object } = rig;
  assert.deepEqual(brokenLaws(object?.status ?? {}, object?.metadata.generation ?? 0), []);
}

describe('a pass', () => {
  it('observes, decides, asks the gate, acts, and reports in one status write (R30)', async () => {
    const rig = rigOf({ steps: { make: once(make), last: () => done('Ended', 'all is well') } });
    assert.deepEqual(await rig.pass(), { kind: 'done' });
    assert.deepEqual(rig.cluster.told, ['create Namespace/acme-prod', 'patchStatus Tenant/acme']);
    assert.deepEqual(rig.standing, ['Ready=True Ended: all is well']);
    assertLawful(rig);
    const [, status] = rig.cluster.calls;
    assert.deepEqual(status?.options.as, OPERATOR);
    assert.equal(status?.options.fieldManager, 'code-tenant');
    assert.deepInclude(status?.body, { metadata: { resourceVersion: '101' } });
    assert.deepEqual(rig.events, ['True Ended']);
    assert.deepEqual(rig.accessed, ['tenant/acme']);
  });

  it('tells what keeps it from looking, once, unless the object rests', async () => {
    const refused = async () => {
      throw new Denied('Forbidden', 'may not get Services');
    };
    const rig = rigOf({ steps: { last: () => done('Ended', 'all is well') }, observe: refused });
    for (const _time of [1, 2]) assert.deepInclude(await rig.pass(), { kind: 'failed' });
    assert.deepEqual(rig.cluster.told, ['patchStatus Tenant/acme']);
    assert.deepEqual(rig.standing, [
      'Ready=Unknown Forbidden: cannot be looked at, and is tried again: may not get Services',
      'Reconciling=True Forbidden: cannot be looked at, and is tried again: may not get Services',
    ]);
    assertLawful(rig);

    let fails = false;
    const resting = rigOf({
      steps: { last: () => done('Ended', 'all is well') },
      observe: async () => (fails ? refused() : undefined),
    });
    await resting.pass();
    fails = true;
    await resting.pass();
    assert.deepEqual(resting.standing, ['Ready=True Ended: all is well']);
  });

  it('writes nothing when nothing changed (R33)', async () => {
    const rig = rigOf({ steps: { make: () => wait('Waiting', 'for the world') } });
    await rig.pass();
    const told = rig.cluster.told.length;
    await rig.clock.advance(60_000);
    assert.deepEqual(await rig.pass(), { kind: 'wait' });
    assert.lengthOf(rig.cluster.told, told);
    assert.deepEqual(rig.events, ['Unknown Waiting']);
  });

  it('is done at once for an object that is gone', async () => {
    const rig = new ReconcileRig(smallRoom({ steps: { make: once(make) } }));
    assert.deepEqual(await rig.pass(), { kind: 'done' });
    assert.deepEqual(rig.cluster.told, []);
  });

  it('tells the queue when to look again', async () => {
    assert.deepEqual(await rigOf({ steps: { a: () => wait('Waiting', 'x', 42) } }).pass(), { kind: 'wait', until: 42 });
    assert.deepEqual(await rigOf({ steps: { a: () => stuck('Stuck', 'x') } }).pass(), { kind: 'stuck', denied: false });
    const later = rigOf({ steps: { a: () => stuck('Stuck', 'x', 9_000) } });
    assert.deepEqual(await later.pass(), { kind: 'wait', until: 9_000 });
  });

  it('folds what it learnt into what it decides next, without reading again', async () => {
    const seen: number[] = [];
    const rig = rigOf({
      steps: {
        first: once(make),
        second: (known) => {
          seen.push(known.effects.length);
          return done('Second', 'x');
        },
      },
    });
    await rig.pass();
    assert.deepEqual(seen, [1]);
  });

  it('ends after an action that asks to be remembered, and looks again at once', async () => {
    const rig = rigOf({ steps: { note: () => act('Noting', 'x', remember('a')), make: once(make) } });
    assert.deepEqual(await rig.pass(), { kind: 'again' });
    assert.deepEqual(rig.cluster.told, ['patchStatus Tenant/acme']);
  });

  it('goes on after a record that is deferred: its one status write stores it', async () => {
    const rig = rigOf({ steps: { note: once(remember('a', true)), make: once(make) } });
    assert.deepEqual(await rig.pass(), { kind: 'done' });
    assert.deepEqual(rig.cluster.told, ['create Namespace/acme-prod', 'patchStatus Tenant/acme']);
  });

  it('ends after 16 turns', async () => {
    let turns = 0;
    const rig = rigOf({
      steps: {
        spin: () => act('Spinning', 'x', { type: 'record', deferred: true, record: { kind: 'note', turn: turns++ } }),
      },
    });
    assert.deepEqual(await rig.pass(), { kind: 'again' });
    assert.equal(turns, 16);
    assert.equal(rig.audited.length, 16);
  });

  it('that decides the same five times in a row is backed off: NoProgress', async () => {
    const rig = rigOf({ steps: { note: () => act('Noting', 'x', remember('always')) } });
    for (let pass = 1; pass <= 4; pass += 1) assert.deepEqual(await rig.pass(), { kind: 'again' });
    const fifth = await rig.pass();
    assert.equal(fifth.kind === 'failed' ? `${fifth.error.name} ${fifth.error.reason}` : '', 'Upstream NoProgress');
  });

  it('that decides something else in between makes progress', async () => {
    let pass = 0;
    const rig = rigOf({ steps: { note: () => act('Noting', 'x', remember(pass === 3 ? 'other' : 'same')) } });
    for (pass = 1; pass <= 7; pass += 1) assert.deepEqual(await rig.pass(), { kind: 'again' });
  });

  it('never shows a step an object that breaks its schema, says which fields, and keeps what status remembers', async () => {
    const rig = rigOf({ steps: { make: once(make) } }, smallObject({}, { status: { kept: 'memory' } as object }));
    rig.parse = () => ({ ok: false, errors: [{ field: 'spec.x', message: 'is missing: set it' }] });
    assert.deepEqual(await rig.pass(), { kind: 'stuck', denied: false });
    const said = 'InvalidSpec: the object does not fit its schema: spec.x: is missing: set it';
    assert.deepEqual(rig.standing, [`Ready=False ${said}`, `Stalled=True ${said}`]);
    assert.nestedInclude(rig.object, { 'status.kept': 'memory' });
    assertLawful(rig);
    const told = rig.cluster.told.length;
    await rig.pass();
    assert.lengthOf(rig.cluster.told, told);
  });

  it('gives the reads of a room its signal (R27), and its slow effects the worker to lend', async () => {
    const { signal } = new AbortController();
    const signals: AbortSignal[] = [];
    let lent = 0;
    const call: Action = {
      type: 'call-tool',
      name: 'a',
      server: 's',
      tool: 't',
      arguments: {},
      key: 'k',
      timeout: 1,
      as: OPERATOR,
    };
    const rig = rigOf({
      steps: { call: once(call) },
      observe: async (_object, _doors, given) => void signals.push(given),
    });
    rig.lend = (work) => {
      lent += 1;
      return work();
    };
    rig.performers = {
      'call-tool': (_action, context) =>
        context.lend(async () => {
          signals.push(context.signal);
          return { state: 'succeeded', message: '', content: null };
        }),
    };
    await rig.pass(signal);
    assert.deepEqual(signals, [signal, signal]);
    assert.equal(lent, 1);
  });
});

describe('the gate of a pass', () => {
  it('lets nothing happen that policy denies, and says which rule', async () => {
    const rig = rigOf({ steps: { make: once(make) } });
    rig.answer = () => deny();
    assert.deepEqual(await rig.pass(), { kind: 'stuck', denied: true });
    assert.deepEqual(rig.cluster.told, ['patchStatus Tenant/acme']);
    const said = 'PolicyDenied: policy denied step make: not so [pack/rule]';
    assert.deepEqual(rig.standing, [`Ready=False ${said}`, `Stalled=True ${said}`]);
    assertLawful(rig);
  });

  it('is asked once for every step with effects, by its name, and never for one without', async () => {
    const asked: string[] = [];
    const rig = rigOf({ steps: { idle: () => done('Idle', 'x'), make: once(make), note: once(remember('a', true)) } });
    rig.answer = (entryPoint) => {
      asked.push(entryPoint);
      return value({ allow: true, deny: [], warn: [] });
    };
    await rig.pass();
    assert.deepEqual(asked, ['code/tenant/make/decision', 'code/tenant/note/decision']);
  });

  it('stops the pass at the first denial: what was allowed before stays done', async () => {
    const rig = rigOf({ steps: { make: once(make), note: once(remember('a', true)) } });
    rig.answer = (entryPoint) => (entryPoint.includes('note') ? deny() : value({ allow: true, deny: [], warn: [] }));
    assert.deepEqual(await rig.pass(), { kind: 'stuck', denied: true });
    assert.deepEqual(rig.cluster.told, ['create Namespace/acme-prod', 'patchStatus Tenant/acme']);
  });

  it('lets nothing happen that cannot be written down: code/audit-down', async () => {
    const rig = rigOf({ steps: { make: once(make) } });
    rig.auditFails = new Upstream('AuditDown', 'the disk is full');
    assert.deepEqual(await rig.pass(), { kind: 'stuck', denied: true });
    assert.deepEqual(rig.cluster.told, ['patchStatus Tenant/acme']);
    assert.include(
      rig.standing,
      'Stalled=True PolicyError: policy denied step make: the disk is full [code/audit-down]',
    );
  });
});

describe('the failure of an action', () => {
  const failing = async (error: CodeError) => {
    const rig = rigOf({ steps: { make: once(make), never: once(remember('b')) } });
    rig.cluster.failures.push({ verb: 'create', error });
    return { rig, result: await rig.pass() };
  };

  for (const error of [new InvalidSpec('Invalid', 'no such field'), new Denied('Forbidden', 'exceeded quota')]) {
    it(`that nobody can repair by trying again is told as stalled: ${error.name}`, async () => {
      const { rig, result } = await failing(error);
      assert.deepEqual(result, { kind: 'failed', error });
      const said = `${error.reason}: ${error.message}`;
      assert.deepEqual(rig.standing, [`Ready=False ${said}`, `Stalled=True ${said}`]);
      assertLawful(rig);
    });
  }

  for (const error of [new Upstream('ServerError', 'busy'), new Bug('Broken', 'oh no')]) {
    it(`that may pass is told as in progress: ${error.name}`, async () => {
      const { rig, result } = await failing(error);
      assert.deepEqual(result, { kind: 'failed', error });
      const said = `${error.reason}: ${error.message}`;
      assert.deepEqual(rig.standing, [`Ready=Unknown ${said}`, `Reconciling=True ${said}`]);
      assertLawful(rig);
    });
  }

  it('for want of a right names verb and resource, and is tried again: it may be on its way (R40)', async () => {
    const words =
      'could not create namespaces acme-prod: User "code" cannot create resource "namespaces" in API group ""';
    const { rig, result } = await failing(new Denied('Forbidden', words));
    assert.equal(result.kind === 'failed' ? `${result.error.name} ${result.error.reason}` : '', 'Upstream Forbidden');
    assert.deepEqual(rig.standing, [`Ready=Unknown Forbidden: ${words}`, `Reconciling=True Forbidden: ${words}`]);
  });

  it('by a conflict is told nobody: it was decided on a state that is no more', async () => {
    const error = new Conflict('Conflict', 'changed');
    const { rig, result } = await failing(error);
    assert.deepEqual(result, { kind: 'failed', error });
    assert.deepEqual(rig.cluster.told, ['create Namespace/acme-prod']);
  });

  it('that is no error of ours is a bug', async () => {
    const rig = rigOf({ steps: { make: once(make) } });
    rig.performers = { 'create-object': () => Promise.reject(new TypeError('x is undefined')) };
    const result = await rig.pass();
    assert.equal(result.kind === 'failed' ? `${result.error.name} ${result.error.reason}` : '', 'Bug UnexpectedError');
  });

  it('of the status write is the failure of the pass', async () => {
    const rig = rigOf({ steps: { a: () => done('Done', 'x') } });
    rig.cluster.failures.push({ verb: 'patchStatus', error: new Conflict('Conflict', 'changed') });
    assert.instanceOf(await thrownBy(rig.pass()), Conflict);
    assert.deepEqual(rig.events, []);
  });
});

describe('a pass that is stopped (R27)', () => {
  const reason = new Aborted(abortReasons.deadlinePassed, 'too slow');

  it('performs no further action, and writes no status', async () => {
    const stop = new AbortController();
    const rig = rigOf({
      steps: {
        make: () => act('Making', 'x', remember('a', true), make),
      },
    });
    rig.performers = {
      record: async () => {
        stop.abort(reason);
        return {};
      },
    };
    const result = await rig.pass(stop.signal);
    assert.equal(result.kind, 'failed');
    assert.deepEqual(rig.cluster.told, []);
  });

  it('never counts as a success, though nothing failed: its status was not written', async () => {
    const stop = new AbortController();
    const rig = rigOf({ steps: { a: () => done('Done', 'x') }, observe: async () => stop.abort(reason) });
    assert.deepEqual(await rig.pass(stop.signal), { kind: 'failed', error: reason });
    assert.deepEqual(rig.cluster.told, []);
  });
});

describe('the finalizer (R31)', () => {
  it('is added before the first effect, under a test of UID and version', async () => {
    const rig = rigOf({ steps: { make: once(make) }, needsFinalizer: true });
    assert.deepEqual(await rig.pass(), { kind: 'again' });
    assert.deepEqual(
      rig.cluster.calls.map(({ verb, body }) => ({ verb, body })),
      [
        {
          verb: 'jsonPatch',
          body: [
            { op: 'test', path: '/metadata/uid', value: 'u-acme' },
            { op: 'test', path: '/metadata/resourceVersion', value: '101' },
            { op: 'add', path: '/metadata/finalizers', value: [FINALIZER] },
          ],
        },
      ],
    );
    await rig.pass();
    assert.deepEqual(rig.cluster.told.slice(1), ['create Namespace/acme-prod', 'patchStatus Tenant/acme']);
  });

  it('is added beside those of others', async () => {
    const rig = rigOf({ needsFinalizer: true }, smallObject({ finalizers: ['other/one'] }));
    await rig.pass();
    assert.deepEqual(rig.object?.metadata.finalizers, ['other/one', FINALIZER]);
  });

  it('is not asked for when nothing outside the owner tree needs it', async () => {
    const rig = rigOf({ steps: { make: once(make) } });
    await rig.pass();
    assert.isUndefined(rig.object?.metadata.finalizers);
  });

  const going = (over = {}) =>
    smallObject({ deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['other/one', FINALIZER], ...over });

  it('lets teardown steps only run while the object goes, and goes by its place once all are done', async () => {
    const rig = rigOf({ steps: { make: once(make) }, teardown: { release: once(remember('r', true)) } }, going());
    assert.deepEqual(await rig.pass(), { kind: 'done' });
    assert.deepEqual(
      rig.cluster.calls.map(({ verb, body }) => ({ verb, body })),
      [
        {
          verb: 'jsonPatch',
          body: [
            { op: 'test', path: '/metadata/uid', value: 'u-acme' },
            { op: 'test', path: '/metadata/resourceVersion', value: '101' },
            { op: 'test', path: '/metadata/finalizers/1', value: FINALIZER },
            { op: 'remove', path: '/metadata/finalizers/1' },
          ],
        },
      ],
    );
    assert.deepEqual(rig.object?.metadata.finalizers, ['other/one']);
    assert.deepEqual(await rig.pass(), { kind: 'done' });
    assert.lengthOf(rig.cluster.calls, 1);
  });

  it('stays while a teardown cannot finish, which says so', async () => {
    const rig = rigOf({ teardown: { release: () => wait('Releasing', '2 pods are left') } }, going());
    assert.deepInclude(await rig.pass(), { kind: 'wait' });
    assert.deepEqual(rig.standing, [
      'Ready=Unknown Releasing: 2 pods are left',
      'Reconciling=True Releasing: 2 pods are left',
    ]);
    assert.isTrue(held(rig));
  });

  it('stays when policy denies the teardown', async () => {
    const rig = rigOf({ teardown: { release: once(make) } }, going());
    rig.answer = () => deny();
    assert.deepInclude(await rig.pass(), { kind: 'stuck', denied: true });
    assert.isTrue(held(rig));
    assert.deepEqual(rig.cluster.told, ['patchStatus Tenant/acme']);
  });

  it('is no matter of ours where we never held it', async () => {
    const rig = rigOf({ teardown: { release: once(make) } }, going({ finalizers: ['other/one'] }));
    assert.deepEqual(await rig.pass(), { kind: 'done' });
    assert.deepEqual(rig.cluster.told, []);
  });

  it('is not removed from an object that changed meanwhile', async () => {
    const rig = rigOf(
      {
        teardown: {
          release: () => {
            rig.cluster.put(going({ labels: { a: 'b' } }));
            return done('Released', 'x');
          },
        },
      },
      going(),
    );
    const result = await rig.pass();
    assert(result.kind === 'failed');
    assert.instanceOf(result.error, Conflict);
    assert.isTrue(held(rig));
  });
});

describe('a process that is killed between any two writes (R23)', () => {
  /** Two objects, then a status; the world is what the cluster holds. */
  const room: SmallRoomOptions = {
    steps: Object.fromEntries(
      ['one', 'two', 'three'].map((name) => [
        name,
        (seen: Seen) => {
          const made = seen.effects.some(
            ({ action }) => action.type === 'apply-object' && action.object.metadata.name === name,
          );
          const object = { ...namespace, metadata: { name, labels: { made: 'yes' } } };
          return made
            ? done('Made', `${name} is made`)
            : act('Making', `${name} is being made`, { type: 'apply-object', object, as: OPERATOR });
        },
      ]),
    ),
  };
  const state = (rig: ReconcileRig) =>
    ['one', 'two', 'three'].map((name) => rig.cluster.get({ resource: 'Namespace', name })?.metadata.labels);

  it('leaves a state from which the next ends where the first would have', async () => {
    const whole = rigOf(room);
    await whole.pass();
    for (let write = 0; write < whole.cluster.calls.length; write += 1) {
      const rig = rigOf(room);
      const { verb } = whole.cluster.calls[write] ?? { verb: 'apply' };
      const kill = new Error('killed');
      let seen = 0;
      const before = rig.cluster.apply.bind(rig.cluster);
      rig.cluster.apply = async (...given) => {
        if (seen++ === write) throw kill;
        return before(...given);
      };
      if (verb === 'patchStatus') rig.cluster.failures.push({ verb, error: kill });
      await rig.pass().catch(() => undefined);
      rig.cluster.apply = before;
      assert.deepEqual(await rig.pass(), { kind: 'done' });
      assert.deepEqual(state(rig), state(whole));
      assert.deepEqual(rig.standing, whole.standing);
      assert.deepEqual(await rig.pass(), { kind: 'done' });
    }
    assert.lengthOf(whole.cluster.calls, 4);
  });
});

describe('a step beside the sentence', () => {
  const decide: Decide = (seen) => once(make)(seen, { now: 0, epoch: 1, settings: SETTINGS });
  const beside = (until: (now: number) => number | undefined, steps: SmallRoomOptions['steps'] = {}) =>
    rigOf({ steps, aside: { decide, until: (_seen, _status, _trail, { now }) => until(now) } });
  const waits: SmallRoomOptions['steps'] = { first: () => wait('Waiting', 'for the world') };

  it('is asked though another one waits, and changes nothing of what is told of that', async () => {
    const rig = beside(() => undefined, waits);
    assert.deepEqual(await rig.pass(), { kind: 'wait' });
    assert.deepEqual(rig.cluster.told, ['create Namespace/acme-prod', 'patchStatus Tenant/acme']);
    assert.include(rig.standing[0], 'Ready=Unknown Waiting: for the world');
  });

  it('is asked after a denial of another one', async () => {
    const rig = beside(() => undefined, { first: () => act('Acting', 'at work', remember('x')) });
    rig.answer = (entryPoint) => (entryPoint.includes('first') ? deny() : value({ allow: true, deny: [], warn: [] }));
    await rig.pass();
    assert.include(rig.cluster.told, 'create Namespace/acme-prod');
    assert.include(rig.standing[0], 'Ready=False PolicyDenied');
  });

  it('fails nothing by its denial, nor by its failure', async () => {
    const denied = beside(() => undefined);
    denied.answer = (entryPoint) =>
      entryPoint.includes('beside') ? deny() : value({ allow: true, deny: [], warn: [] });
    assert.deepEqual(await denied.pass(), { kind: 'done' });
    assert.deepEqual(denied.cluster.told, ['patchStatus Tenant/acme']);
    const failing = beside(() => undefined);
    failing.performers = { 'create-object': () => Promise.reject(new Upstream('Down', 'it is down')) };
    assert.deepEqual(await failing.pass(), { kind: 'done' });
  });

  it('is asked while the object goes, as part of the teardown, and no more when nothing holds it', async () => {
    const teardown = { release: () => wait('Telling', 'somebody has to be told') };
    const until = () => undefined;
    const going = smallObject({ deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: [FINALIZER] });
    const rig = rigOf({ teardown, aside: { decide, until } }, going);
    assert.equal((await rig.pass()).kind, 'wait');
    assert.deepEqual(rig.cluster.told, ['create Namespace/acme-prod', 'patchStatus Tenant/acme']);
    const gone = rigOf({ teardown: { release: () => done('Told', 'x') }, aside: { decide, until } }, going);
    await gone.pass();
    assert.deepEqual(gone.cluster.told, ['jsonPatch Tenant/acme']);
  });

  it('is asked again when it says so, and no wait of the others is longer for it', async () => {
    const soon = beside((now) => now + 5_000);
    assert.deepEqual(await soon.pass(), { kind: 'wait', until: soon.clock.now() + 5_000 });
    const late = beside((now) => now + 5_000, { first: (_seen, { now }) => wait('Waiting', 'a bit', now + 1_000) });
    assert.deepEqual(await late.pass(), { kind: 'wait', until: late.clock.now() + 1_000 });
    assert.deepEqual(await beside((now) => now).pass(), { kind: 'again' });
    const stands = beside((now) => now + 5_000, { first: () => stuck('Stuck', 'somebody must act') });
    assert.deepEqual(await stands.pass(), { kind: 'wait', until: stands.clock.now() + 5_000 });
  });
});
