import { assert } from 'chai';
import type { CanaryStep, DeploymentSpec } from '../../../operator/api/generated/deployment.ts';
import { annotations } from '../../../operator/api/names.ts';
import { NOTICE_TYPES } from '../../../operator/api/notices.ts';
import { isConfigured, targetsOf } from '../../../operator/controllers/deployment/notices/targets-of.ts';
import type { LawSettings } from '../../../operator/core/laws.ts';
import type { Notice } from '../../../operator/ports/notifier.ts';
import { aDeployment, withImage } from './builders.ts';
import { anObservation, laws } from './observed-builders.ts';
import { type Script, Simulation } from './simulation.ts';

const PATIENCE = 120_000;
const sinks: NonNullable<LawSettings['notifications']>['sinks'] = { bot: { default: true, events: NOTICE_TYPES } };

const fate = (image: string) => (image === 'shop:bad' ? 'crash' : 'ready');
const script: Script = { fate, verdict: 'approve', settings: { notifications: { sinks } } };

const simulationOf = (more: Partial<Script> = {}, spec: Partial<DeploymentSpec> = {}) =>
  new Simulation({ ...script, ...more }, aDeployment({ progressDeadlineSeconds: 60, ...spec }));

/** What each sink was told, in its order. */
const told = ({ letters }: Simulation) => letters.map(({ sink, notice }) => `${sink}: ${notice.type} ${notice.step}`);
const noticesOf = ({ letters }: Simulation): readonly Notice[] => letters.map(({ notice }) => notice);

const canary = (...steps: readonly CanaryStep[]): Partial<DeploymentSpec> => ({
  replicas: 4,
  strategy: { type: 'Canary', canary: { steps } },
});

const FIRST = [
  'bot: started validate',
  'bot: stage_completed review',
  'bot: stage_completed roll-out',
  'bot: completed finish',
];

describe('what a delivery tells', () => {
  it('begins, ends a stage and ends, each once', async () => {
    const simulation = await simulationOf().run();
    assert.deepEqual(told(simulation), FIRST);
    const ids = simulation.letters.map(({ notice }) => notice.id);
    assert.lengthOf(new Set(ids), ids.length);
    assert.deepEqual(
      simulation.status.notifications?.map(({ to }) => to),
      ids.map(() => [{ sink: 'bot', state: 'Sent' } as const]),
    );
  });

  it('costs nothing where nobody is to be told', async () => {
    const quiet = await simulationOf({ settings: {} }).run();
    const loud = await simulationOf().run();
    assert.isEmpty(quiet.letters);
    assert.notProperty(quiet.status, 'notifications');
    assert.equal(quiet.status.phase, loud.status.phase);
  });

  it('is all told before it rests: then nothing is written', async () => {
    const simulation = await simulationOf().run();
    const writes = simulation.requests.length;
    simulation.now += 3_600_000;
    await simulation.run();
    assert.lengthOf(simulation.requests, writes);
  });

  it('says what was rejected, what serves and why when it goes back', async () => {
    const simulation = await simulationOf().run();
    const serving = simulation.status.revisions?.serving;
    simulation.edit(withImage('shop:bad'));
    await simulation.run();
    const last = noticesOf(simulation).at(-1);
    const [rejected] = simulation.status.revisions?.rejected ?? [];
    assert.deepEqual(
      [last?.type, last?.step, last?.revision, last?.rejected, last?.serving, last?.cause],
      ['rolled_back', 'roll-back', rejected?.hash, rejected?.hash, serving, 'CrashLooping'],
    );
    assert.deepEqual(told(simulation).slice(FIRST.length), [
      'bot: started validate',
      'bot: stage_completed review',
      'bot: rolled_back roll-back',
    ]);
  });

  it('says nothing of a version that was rejected before, nor of going back to what serves by hand', async () => {
    const simulation = await simulationOf().run();
    simulation.edit(withImage('shop:bad'));
    await simulation.run();
    const before = told(simulation).length;
    simulation.edit(withImage('shop:1'));
    await simulation.run();
    simulation.edit(withImage('shop:bad'));
    await simulation.run();
    assert.deepEqual(told(simulation).slice(before), []);
  });

  it('says that it failed where nothing can go back', async () => {
    const simulation = simulationOf({}, aDeployment().spec);
    simulation.edit(withImage('shop:bad'));
    await simulation.run();
    assert.equal(told(simulation).at(-1), 'bot: failed roll-back');
    assert.deepInclude(noticesOf(simulation).at(-1), { cause: 'CrashLooping' });
  });

  it('says that it failed where the experts refuse it', async () => {
    const simulation = await simulationOf({ verdict: 'reject' }).run();
    assert.deepEqual(told(simulation), ['bot: started validate', 'bot: failed review']);
    assert.deepInclude(noticesOf(simulation).at(-1), { cause: 'ReviewRejected' });
  });

  it('says nothing while it is only tried, and begins when it is delivered', async () => {
    const simulation = await simulationOf({}, { dryRun: true }).run();
    assert.deepEqual([simulation.status.phase, told(simulation)], ['DryRun', []]);
    simulation.edit((object) => ({ ...object, spec: { ...object.spec, dryRun: false } }));
    await simulation.run();
    assert.deepEqual([told(simulation)[0], told(simulation).at(-1)], [FIRST[0], FIRST.at(-1)]);
  });

  it('is cancelled by the next version', async () => {
    const simulation = await simulationOf().run();
    simulation.script = { ...simulation.script, fate: () => 'never-ready' };
    simulation.edit(withImage('shop:2'));
    await simulation.run(5_000);
    const superseded = simulation.status.plan;
    simulation.script = { ...simulation.script, fate };
    simulation.edit(withImage('shop:3'));
    await simulation.run();
    const cancelled = noticesOf(simulation).filter(({ type }) => type === 'cancelled');
    assert.lengthOf(cancelled, 1);
    const [of] = cancelled;
    assert.deepEqual(
      [of?.delivery, of?.revision, of?.cause, of?.step],
      [superseded?.delivery, superseded?.revision, 'Superseded', 'roll-out'],
    );
    assert.include(simulation.status.timeline?.join('\n'), `revision ${superseded?.revision} gave way to`);
  });

  it('is cancelled by a person, and then goes back', async () => {
    const simulation = await simulationOf().run();
    simulation.script = { ...simulation.script, fate: (image) => (image === 'shop:2' ? 'never-ready' : 'ready') };
    simulation.edit(withImage('shop:2'));
    await simulation.run(5_000);
    simulation.annotate(annotations.abort, '1');
    await simulation.run();
    assert.deepEqual(told(simulation).slice(-2), ['bot: cancelled roll-back', 'bot: rolled_back roll-back']);
  });

  it('tells the steps of a strategy by their number', async () => {
    const simulation = await simulationOf({}, canary({ weight: 25 }, { pause: { duration: '10s' } })).run();
    simulation.letters.length = 0;
    simulation.edit(withImage('shop:2'));
    await simulation.run();
    assert.deepEqual(told(simulation), [
      'bot: started validate',
      'bot: stage_completed review',
      'bot: stage_completed roll-out/1',
      'bot: stage_completed roll-out/2',
      'bot: stage_completed roll-out/3',
      'bot: completed finish',
    ]);
  });
});

describe('people who are asked', () => {
  const steps = canary({ weight: 25 }, { approve: { panel: 'managers', expiresAfter: '2h' } });

  async function asked(): Promise<Simulation> {
    const simulation = await simulationOf({}, steps).run();
    simulation.script = { ...simulation.script, approval: 'never' };
    simulation.edit(withImage('shop:2'));
    await simulation.run(60_000);
    simulation.letters.length = 0;
    return simulation;
  }

  it('are told, and told once more at half of their time', async () => {
    const simulation = await asked();
    const since = Date.parse(simulation.status.step?.startedAt ?? '');
    const [first] = simulation.status.notifications?.filter(({ type }) => type === 'approval_needed') ?? [];
    assert.deepInclude(first, { step: 'roll-out/2', to: [{ sink: 'bot', state: 'Sent' }] });

    simulation.now = since + 59 * 60_000;
    await simulation.run(1_000);
    assert.deepEqual(told(simulation), []);
    await simulation.run(30 * 60_000);
    assert.deepEqual(told(simulation), ['bot: approval_needed roll-out/2']);
    const [reminder] = noticesOf(simulation);
    assert.deepInclude(reminder, { reminder: true, cause: 'WaitingForApproval' });
    assert.notEqual(reminder?.id, first?.id);
    assert.closeTo(Date.parse(reminder?.at ?? ''), since + 3_600_000, 2_000);

    simulation.now += 20 * 60_000;
    await simulation.run(1_000);
    assert.lengthOf(simulation.letters, 1, 'only once');
  });

  it('are not reminded of what they answered', async () => {
    const simulation = await asked();
    simulation.script = { ...simulation.script, approval: 'approve' };
    await simulation.run();
    assert.isEmpty(noticesOf(simulation).filter(({ type }) => type === 'approval_needed'));
    assert.equal(told(simulation).at(-1), 'bot: completed finish');
  });
});

describe('whom a delivery tells', () => {
  const more: typeof sinks = { ...sinks, chat: { default: false, events: ['completed'] } };
  const settings = { notifications: { sinks: more } };

  it('are the sinks that hold for every one, and those it names, of what it says', async () => {
    const named = await simulationOf({ settings }, { notify: [{ sink: 'chat' }] }).run();
    assert.deepEqual(told(named), [...FIRST, 'chat: completed finish']);
    const chosen = await simulationOf(
      { settings },
      {
        notify: [
          { sink: 'bot', events: ['failed'] },
          { sink: 'chat', events: ['started'] },
        ],
      },
    ).run();
    assert.deepEqual(told(chosen), ['chat: started validate']);
  });

  it('is nobody by a name that no setting has, which is told once and fails nothing', async () => {
    const simulation = await simulationOf({ settings: {} }, { notify: [{ sink: 'chut' }] }).run();
    assert.isEmpty(simulation.letters);
    assert.equal(simulation.status.phase, 'Serving');
    const lines = simulation.status.timeline?.filter((line) => line.includes('notify: ')) ?? [];
    assert.lengthOf(lines, 1);
    assert.include(lines[0], 'no sink chut is configured');
  });

  it('is no sink of another Tenant, which is told as one that does not exist', async () => {
    const sink = { default: false, events: NOTICE_TYPES } as const;
    const theirs = { pager: { ...sink, tenants: ['bank'] }, board: { ...sink, default: true, tenants: ['bank'] } };
    const notify = [{ sink: 'pager' }];
    const foreign = await simulationOf({ settings: { notifications: { sinks: theirs } } }, { notify }).run();
    assert.isEmpty(foreign.letters);
    assert.equal(foreign.status.phase, 'Serving');
    assert.include(
      foreign.status.timeline?.join('\n'),
      "notify: spec.notify: no sink pager is configured; the platform's settings name them in notifications.sinks",
    );
    const rules = laws();
    const settings = { ...rules.settings, notifications: { sinks: theirs } };
    const own = anObservation({ tenantName: 'bank' }, aDeployment({ notify }));
    assert.sameMembers(
      targetsOf(own, { ...rules, settings }).map(({ sink }) => sink),
      ['board', 'pager'],
    );
    assert.isTrue(isConfigured('pager', own, { ...rules, settings }));
  });

  it('changes at once and starts no delivery', async () => {
    const simulation = await simulationOf({ settings }).run();
    const { delivery } = simulation.status.plan ?? {};
    simulation.edit((object) => ({ ...object, spec: { ...object.spec, notify: [{ sink: 'chat' }] } }));
    await simulation.run();
    assert.equal(simulation.status.plan?.delivery, delivery);
    assert.lengthOf(simulation.letters, FIRST.length);
  });
});

describe('a sink that is down', () => {
  it('delays no delivery, and is told of everything once it is up again', async () => {
    const down = { notify: () => ({ state: 'failed', message: 'bot answered 503' }) as const };
    const healthy = await simulationOf().run();
    const simulation = await simulationOf(down).run(10_000);
    assert.equal(simulation.status.phase, 'Serving');
    assert.equal(
      Date.parse(simulation.status.steps?.find(({ name }) => name === 'finish')?.finishedAt ?? ''),
      Date.parse(healthy.status.steps?.find(({ name }) => name === 'finish')?.finishedAt ?? ''),
    );
    simulation.script = script;
    simulation.letters.length = 0;
    await simulation.run();
    assert.deepEqual(told(simulation).toSorted(), FIRST.toSorted());
  });

  it('is given up after twelve tries, further and further apart, and that is told', async () => {
    const times: number[] = [];
    const simulation: Simulation = simulationOf(
      {
        notify: () => {
          times.push(simulation.now);
          return { state: 'failed', message: 'bot answered 500' };
        },
      },
      { notify: [{ sink: 'bot', events: ['completed'] }] },
    );
    await simulation.run(24 * 3_600_000);
    assert.lengthOf(times, 12);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    assert.isAtLeast(gaps[0] ?? 0, 1_000);
    assert.isTrue(gaps.slice(0, 8).every((gap, index) => index === 0 || gap > (gaps[index - 1] ?? 0)));
    assert.isAtMost(Math.max(...gaps), 751_000);
    assert.include(
      simulation.status.timeline?.at(-1),
      'notify: gave up telling bot of completed after 12 attempts: bot answered 500',
    );
    assert.deepEqual(simulation.status.notifications?.at(-1)?.to, [
      { sink: 'bot', state: 'GivenUp', attempts: 12, message: 'bot answered 500' },
    ]);
    assert.equal(simulation.status.conditions?.find(({ type }) => type === 'Ready')?.status, 'True');
  });

  it('is not asked again before it wants to be', async () => {
    const times: number[] = [];
    const simulation: Simulation = simulationOf(
      {
        notify: () => {
          times.push(simulation.now);
          return times.length === 1 ? { state: 'failed', message: '429', after: 90_500 } : { state: 'sent' };
        },
      },
      { notify: [{ sink: 'bot', events: ['completed'] }] },
    );
    await simulation.run();
    assert.lengthOf(times, 2);
    assert.isAtLeast((times[1] ?? 0) - (times[0] ?? 0), 90_500);
  });

  it('that refuses a letter is not sent it again', async () => {
    const simulation = await simulationOf({ notify: () => ({ state: 'refused', message: 'bot answered 410' }) }).run();
    assert.deepEqual(told(simulation), FIRST);
    assert.include(simulation.status.timeline?.join('\n'), 'gave up telling bot of started after 1 attempt');
  });

  it('that hangs is not handed its letters in a circle, however many there are', async () => {
    const events = NOTICE_TYPES;
    const many = Object.fromEntries([...'abcd'].map((name) => [name, { default: true, events }]));
    const simulation = simulationOf({
      settings: { notifications: { sinks: many } },
      notify: () => ({ state: 'sending' }),
    });
    for (const image of ['shop:2', 'shop:3', 'shop:4']) {
      simulation.edit(withImage(image));
      await simulation.run(30_000);
    }
    assert.isAtMost(simulation.letters.length, 16 * 40, 'sixteen a pass, and a pass each time something happens');
    simulation.script = { ...simulation.script, notify: () => ({ state: 'sent' }) };
    await simulation.run();
    assert.isTrue(simulation.status.notifications?.every(({ to }) => to.every(({ state }) => state === 'Sent')));
  });

  it('fills no status: the oldest are dropped, and that is told', async () => {
    const simulation = simulationOf({ notify: () => ({ state: 'failed', message: 'down', after: 3_600_000 }) });
    for (const image of ['shop:2', 'shop:3', 'shop:4', 'shop:5', 'shop:6']) {
      simulation.edit(withImage(image));
      await simulation.run(60_000);
    }
    assert.lengthOf(simulation.status.notifications ?? [], 16);
    assert.include(
      simulation.status.timeline?.join('\n'),
      'gave up telling bot of started: too many newer notices wait',
    );
  });
});

describe('a policy that forbids telling', () => {
  const verdict = (outcome: 'deny' | 'error') => ({
    decisionId: 'd',
    allowed: false,
    outcome,
    reasons: [{ rule: 'acme/quiet', message: 'nobody is told' }],
    warnings: [],
    bundle: 'b',
    step: 'tell',
  });

  it('holds nothing up and is told', async () => {
    const simulation = await simulationOf({ tell: () => verdict('deny') }).run();
    assert.equal(simulation.status.phase, 'Serving');
    assert.isEmpty(simulation.letters);
    assert.include(simulation.status.timeline?.join('\n'), 'policy denied step tell: nobody is told [acme/quiet]');
  });

  it('is asked again where it could not answer', async () => {
    let failures = 3;
    const simulation = simulationOf();
    const answer = () => {
      failures -= 1;
      return failures >= 0 ? verdict('error') : { ...verdict('error'), allowed: true };
    };
    simulation.script = { ...simulation.script, tell: answer };
    await simulation.run();
    assert.deepEqual(told(simulation).toSorted(), FIRST.toSorted());
  });
});

describe('a deletion', () => {
  /** The second version is under way, and never gets ready. */
  async function inFlight(more: Partial<Script> = {}): Promise<Simulation> {
    const simulation = await simulationOf(more).run();
    simulation.script = { ...simulation.script, fate: () => 'never-ready' };
    simulation.edit(withImage('shop:2'));
    await simulation.run(5_000);
    simulation.letters.length = 0;
    return simulation;
  }

  async function deleted(simulation: Simulation): Promise<Simulation> {
    simulation.deleteAt = simulation.effects;
    return simulation.run();
  }

  it('cancels the delivery that is under way, and tells so before the object goes', async () => {
    const simulation = await inFlight();
    const { plan } = simulation.status;
    await deleted(simulation);
    assert.deepEqual(told(simulation), ['bot: cancelled roll-out']);
    const [of] = noticesOf(simulation);
    assert.deepEqual(
      [of?.delivery, of?.revision, of?.cause, of?.message],
      [plan?.delivery, plan?.revision, 'Deleted', `revision ${plan?.revision} was deleted before its delivery ended`],
    );
    assert.isTrue(simulation.isGone);
  });

  it('of what is delivered cancels nothing, and takes no longer', async () => {
    const simulation = await simulationOf().run();
    simulation.letters.length = 0;
    const { now } = simulation;
    await deleted(simulation);
    assert.deepEqual([told(simulation), simulation.isGone, simulation.now - now], [[], true, 0]);
  });

  it('of what failed, was rolled back or cancelled by a person tells no second end', async () => {
    const failed = await simulationOf({ verdict: 'reject' }).run();
    const back = await simulationOf().run();
    back.edit(withImage('shop:bad'));
    await back.run();
    const aborted = await inFlight();
    aborted.annotate(annotations.abort, '1');
    await aborted.run();
    for (const simulation of [failed, back, aborted]) {
      simulation.letters.length = 0;
      await deleted(simulation);
      assert.deepEqual([told(simulation), simulation.isGone], [[], true]);
    }
  });

  it('waits for no sink longer than half a minute', async () => {
    const simulation = await inFlight();
    simulation.script = { ...simulation.script, notify: () => ({ state: 'failed', message: 'bot answered 503' }) };
    const { now } = simulation;
    await deleted(simulation);
    assert.isAtLeast(simulation.letters.length, 3, 'it is tried again meanwhile');
    assert.isTrue(simulation.isGone);
    assert.isAtMost(simulation.now - now, 32_000);
    const hanging = await inFlight();
    hanging.script = { ...hanging.script, notify: () => ({ state: 'sending' }) };
    await deleted(hanging);
    assert.isTrue(hanging.isGone);
  });

  it('is held up by no policy that forbids telling', async () => {
    const simulation = await inFlight();
    const verdict = {
      decisionId: 'd',
      allowed: false,
      outcome: 'deny',
      reasons: [],
      warnings: [],
      bundle: 'b',
    } as const;
    simulation.script = { ...simulation.script, tell: () => ({ ...verdict, step: 'tell' }) };
    const { now } = simulation;
    await deleted(simulation);
    assert.deepEqual([told(simulation), simulation.isGone, simulation.now - now], [[], true, 0]);
  });

  it('while nobody is to be told needs no finalizer', async () => {
    const simulation = await simulationOf({ settings: {}, fate: () => 'never-ready' }).run(5_000);
    assert.isFalse(simulation.isHeld);
  });

  it('tells the same once more after a crash, whichever effect it came after', async () => {
    const whole = await deleted(await inFlight());
    const first = (await inFlight()).effects;
    for (let crashAt = first + 1; crashAt <= whole.effects; crashAt += 1) {
      const simulation = await inFlight();
      simulation.crashAt = crashAt;
      await deleted(simulation);
      const ids = new Set(noticesOf(simulation).map((notice) => JSON.stringify(notice)));
      assert.deepEqual(
        [...ids],
        noticesOf(whole).map((notice) => JSON.stringify(notice)),
        `after effect ${crashAt}`,
      );
      assert.isTrue(simulation.isGone);
    }
  });
});

describe('a process that dies', () => {
  /** A good version, a bad one, and a third that is good. */
  async function live(crashAt?: number): Promise<Simulation> {
    const simulation = simulationOf();
    simulation.crashAt = crashAt;
    for (const image of ['shop:1', 'shop:bad', 'shop:3']) {
      simulation.edit(withImage(image));
      await simulation.run();
    }
    return simulation;
  }

  it('loses no notice and invents none, after whichever effect', async () => {
    const whole = await live();
    const expected = whole.letters.map(({ notice }) => `${notice.type} ${notice.step} ${notice.revision}`);
    for (let crashAt = 1; crashAt <= whole.effects; crashAt += 1) {
      const simulation = await live(crashAt);
      const byId = new Map(simulation.letters.map(({ notice }) => [notice.id, notice]));
      assert.deepEqual(
        [...byId.values()].map(({ type, step, revision }) => `${type} ${step} ${revision}`).toSorted(),
        expected.toSorted(),
        `after effect ${crashAt}`,
      );
      for (const { notice } of simulation.letters) assert.deepEqual(notice, byId.get(notice.id), 'the same letter');
      assert.isAtMost(simulation.letters.length, expected.length + 16, 'only what was under way is sent again');
    }
  }).timeout(PATIENCE);
});
