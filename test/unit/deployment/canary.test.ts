import { assert } from 'chai';
import { stringify } from 'yaml';
import type { CanaryStep, Deployment } from '../../../operator/api/generated/deployment.ts';
import { annotations } from '../../../operator/api/names.ts';
import { rollOut } from '../../../operator/controllers/deployment/steps/roll-out.ts';
import { timestamp } from '../../../operator/core/conditions.ts';
import { aDeployment, START, withImage } from './builders.ts';
import { assertGolden } from './golden.ts';
import { anObservation, aReplicaSet, laws, remembering } from './observed-builders.ts';
import { type Script, Simulation } from './simulation.ts';

const scripted: Script = { fate: (image) => (image.includes('missing') ? 'image-pull' : 'ready') };
const YAML = { lineWidth: 140, sortMapEntries: true } as const;

const canary = (steps: readonly CanaryStep[], spec: Partial<Deployment['spec']> = {}): Deployment =>
  aDeployment({ replicas: 4, strategy: { type: 'Canary', canary: { steps } }, ...spec });

/** A canary whose first version serves. */
async function served(steps: readonly CanaryStep[], script: Script = scripted): Promise<Simulation> {
  const simulation = await new Simulation(scripted, canary(steps)).run();
  assert.equal(simulation.status.phase, 'Serving');
  simulation.script = script;
  simulation.chapter('a second version');
  simulation.edit(withImage('shop:2'));
  return simulation;
}

const sizes = (simulation: Simulation) => Object.values(simulation.sizes());

describe('the life of a canary, told by its trace', () => {
  it('shifts pods by the weights, waits out its pause and is promoted', async () => {
    const simulation = await served([{ weight: 25 }, { pause: { duration: '30s' } }, { weight: 50 }]);
    await simulation.run();
    assert.equal(simulation.status.phase, 'Serving');
    assertGolden('canary-good', simulation.trace.join('\n'));
  });

  it('waits at a pause without duration for the promote token', async () => {
    const simulation = await served([{ weight: 50 }, { pause: {} }, { weight: 75 }, { pause: {} }]);
    await simulation.run();
    assert.deepEqual(sizes(simulation), [2, 2]);
    simulation.chapter('the token promote');
    simulation.annotate(annotations.promote, '1');
    await simulation.run();
    assert.deepEqual(sizes(simulation), [0, 4]);
    assert.deepEqual(simulation.status.handled, { promote: '1' });
    assertGolden('canary-promoted', simulation.trace.join('\n'));
  });

  it('is aborted at a pause, and goes back', async () => {
    const simulation = await served([{ weight: 50 }, { pause: {} }]);
    await simulation.run();
    simulation.chapter('the token abort');
    simulation.annotate(annotations.abort, '1');
    await simulation.run();
    assert.deepEqual(sizes(simulation), [4, 0]);
    assert.equal(simulation.status.phase, 'RolledBack');
    assertGolden('canary-aborted', simulation.trace.join('\n'));
  });

  it('reads well while it is paused', async () => {
    const simulation = await served([{ weight: 25 }, { pause: {} }]);
    await simulation.run();
    assertGolden('status-canary-paused', stringify(simulation.status, YAML));
  });
});

describe('the steps of a canary', () => {
  it('keep the pods of a weight while it pauses, however N changes', async () => {
    const simulation = await served([{ weight: 25 }, { pause: {} }]);
    await simulation.run();
    for (const [replicas, good, bold] of [
      [8, 6, 2],
      [2, 1, 1],
      [1, 1, 1],
      [0, 0, 0],
      [4, 3, 1],
    ] as const) {
      simulation.edit((object) => ({ ...object, spec: { ...object.spec, replicas } }));
      await simulation.run();
      assert.deepEqual(sizes(simulation), [good, bold], `of ${replicas}`);
      assert.equal(simulation.status.phase, 'Paused');
    }
  });

  it('may begin without pods, and may take weight back', async () => {
    const simulation = await served([{ pause: {} }, { weight: 75 }, { weight: 25 }, { pause: {} }]);
    await simulation.run();
    assert.deepEqual(sizes(simulation), [4]);
    assert.deepInclude(simulation.status.step, { index: 1, of: 5, name: 'pause', weight: 0 });
    simulation.annotate(annotations.promote, '1');
    await simulation.run();
    assert.deepEqual(simulation.status.phase, 'Serving', 'nothing asks for a stop in between');
    const back = await served([{ weight: 75 }, { weight: 25 }, { pause: {} }]);
    await back.run();
    assert.deepEqual(sizes(back), [3, 1]);
    assert.deepInclude(back.status.step, { index: 3, name: 'pause', weight: 25 });
  });

  it('hold the first version at gates alone: nothing serves yet that a weight or pause could protect', async () => {
    const steps = [{ approve: { panel: 'release-managers' } }, { weight: 25 }, { pause: {} }];
    const first = await new Simulation({ ...scripted, approval: 'never' }, canary(steps)).run(60_000);
    assert.deepEqual([sizes(first), first.status.phase], [[], 'Paused']);
    first.script = scripted;
    await first.run();
    assert.deepEqual([sizes(first), first.status.phase], [[4], 'Serving']);
  });

  it('start over with a new version, from what served', async () => {
    const simulation = await served([{ weight: 50 }, { pause: {} }]);
    await simulation.run();
    simulation.edit(withImage('shop:3'));
    await simulation.run();
    assert.deepEqual(sizes(simulation), [2, 0, 2]);
    assert.deepInclude(simulation.status.step, { index: 2, name: 'pause', weight: 50 });
  });

  it('give the pods of a pause their deadline from when they failed, and go back with the cause', async () => {
    const simulation = await served([{ weight: 50 }, { pause: {} }]);
    await simulation.run();
    simulation.now += 7_200_000;
    await simulation.run();
    assert.equal(simulation.status.phase, 'Paused', 'a pause has no deadline');
    simulation.script = { fate: (image) => (image === 'shop:2' ? 'crash' : 'ready') };
    simulation.meddle('Pod', (pod) => (pod.metadata.name.includes('0c675d22b8') ? undefined : pod));
    const failedAt = simulation.now;
    await simulation.run(590_000);
    assert.equal(simulation.status.phase, 'Progressing');
    await simulation.run();
    assert.deepEqual([simulation.status.phase, sizes(simulation)], ['RolledBack', [4, 0]]);
    assert.equal(simulation.status.revisions?.rejected?.[0]?.reason, 'CrashLooping');
    assert.isAtMost(Date.parse(simulation.status.revisions?.rejected?.[0]?.at ?? '') - failedAt, 605_000);
  });

  it('start the deadline again with each weight', () => {
    const object = canary([{ weight: 25 }, { pause: { duration: '1h' } }, { weight: 50 }]);
    const { plan } = anObservation({}, object).delivery;
    const bold = aReplicaSet(object, plan, 2, 1);
    const good = aReplicaSet(object, { ...plan, revision: 'good' }, 2);
    const observed = remembering(anObservation({ replicaSets: [bold, good] }, object), {
      revisions: { serving: 'good' },
      steps: [{ name: 'roll-out', state: 'Running', startedAt: timestamp(START - 3_700_000), attempt: 1 }],
      step: { index: 3, of: 4, name: 'weight', startedAt: timestamp(START - 100_000) },
    });
    assert.deepInclude(rollOut.decide(observed, laws()), { kind: 'wait', until: START + 500_000 });
    assert.deepInclude(rollOut.decide(observed, laws({ now: START + 500_000 })), { reason: 'Rejecting' });
  });

  it('do not forget a token that came while the object was suspended', async () => {
    const simulation = await served([{ weight: 50 }, { pause: {} }]);
    await simulation.run();
    simulation.edit((object) => ({ ...object, spec: { ...object.spec, suspend: true } }));
    simulation.annotate(annotations.promote, '1');
    await simulation.run();
    assert.deepEqual([simulation.status.phase, sizes(simulation)], ['Suspended', [2, 2]]);
    simulation.edit((object) => ({ ...object, spec: { ...object.spec, suspend: false } }));
    await simulation.run();
    assert.deepEqual([simulation.status.phase, sizes(simulation)], ['Serving', [0, 4]]);
  });

  it('tell a token that has nothing to skip', async () => {
    const simulation = await served([{ weight: 50 }, { pause: {} }]);
    simulation.script = { ...scripted, verdict: 'never' };
    simulation.annotate(annotations.promote, 'early');
    await simulation.run(5_000);
    simulation.script = scripted;
    await simulation.run();
    assert.equal(simulation.status.phase, 'Paused');
    assert.include(simulation.status.timeline?.join(), 'promote: no pause or weight is at work to be skipped');
  });
});

describe('a gate of a canary', () => {
  const steps = [{ weight: 25 }, { approve: { panel: 'release-managers', expiresAfter: '1h' } }, { pause: {} }];

  it('asks the panel about this plan and step once, and goes on when it approves', async () => {
    const simulation = await served(steps, { ...scripted, approval: 'never' });
    await simulation.run(60_000);
    assert.equal(simulation.status.phase, 'Paused');
    assert.match(simulation.status.message ?? '', /^step 2 of 4 .*: panel release-managers is asked until/);
    const asked = [...simulation.objects.values()].filter(
      ({ kind, metadata }) =>
        kind === 'ExpertConsultation' && metadata.name === `shop-${simulation.status.plan?.delivery}-approve-2`,
    );
    assert.lengthOf(asked, 1);
    assert.deepNestedInclude(asked[0], {
      'spec.panel': 'release-managers',
      'spec.deadline': '1h',
      'spec.subject.step': 'approve-2',
      'spec.subject.planHash': simulation.status.plan?.hash,
      'spec.answer.permits': ['approve'],
    });
    simulation.script = scripted;
    await simulation.run();
    assert.deepInclude(simulation.status.step, { index: 3, name: 'pause' });
  });

  for (const [what, approval, reason] of [
    ['a refusal', 'reject', 'ApprovalRefused'],
    ['no quorum', 'QuorumMissing', 'ApprovalMissing'],
    ['no answer in time', 'never', 'ApprovalExpired'],
  ] as const) {
    it(`goes back on ${what}`, async () => {
      const simulation = await served(steps, { ...scripted, approval });
      await simulation.run(7_200_000);
      assert.deepEqual([simulation.status.phase, sizes(simulation)], ['RolledBack', [4, 0]]);
      assert.equal(simulation.status.revisions?.rejected?.[0]?.reason, reason);
    });
  }

  it('goes back on an answer about another plan', async () => {
    const simulation = await served(steps, { ...scripted, approval: 'never' });
    await simulation.run(60_000);
    simulation.meddle('ExpertConsultation', (one) =>
      one.metadata.name.includes('approve') ? ({ ...one, status: { planHash: 'another' } } as typeof one) : one,
    );
    await simulation.run();
    assert.equal(simulation.status.revisions?.rejected?.[0]?.reason, 'ApprovalStale');
  });

  it('is not skipped by the token, but what follows it up to the next gate is', async () => {
    const gated = [{ weight: 25 }, { pause: {} }, ...steps.slice(1)];
    const simulation = await served(gated, { ...scripted, approval: 'never' });
    await simulation.run();
    simulation.annotate(annotations.promote, '1');
    await simulation.run(60_000);
    assert.deepInclude(simulation.status.step, { index: 3, name: 'approve' });
    simulation.annotate(annotations.promote, '2');
    await simulation.run(60_000);
    assert.deepInclude(simulation.status.step, { index: 3, name: 'approve' });
    assert.deepEqual(simulation.status.handled, { promote: '2' });
    simulation.script = scripted;
    await simulation.run();
    assert.deepInclude(simulation.status.step, { index: 4, name: 'pause' });
  });
});

describe('a call of a canary', () => {
  const call = { name: 'smoke', server: 'security', tool: 'scan_manifest' };
  const steps: readonly CanaryStep[] = [{ weight: 25 }, { call }];

  for (const state of ['failed', 'unknown'] as const) {
    it(`goes back when it ${state === 'failed' ? 'failed' : 'may or may not have been carried out'}`, async () => {
      const tool = () => ({ state, message: 'no luck', content: null }) as const;
      const simulation = await served(steps, scripted);
      simulation.script = { ...scripted, tool };
      await simulation.run();
      assert.deepEqual([simulation.status.phase, sizes(simulation)], ['RolledBack', [4, 0]]);
      const reason = state === 'failed' ? 'ToolFailed' : 'ToolOutcomeUnknown';
      assert.equal(simulation.status.revisions?.rejected?.[0]?.reason, reason);
    });
  }

  it('needs a name of its own', async () => {
    const simulation = await new Simulation(scripted, canary([{ call }, { weight: 50 }, { call }])).run();
    assert.equal(simulation.status.phase, 'Failed');
    assert.include(simulation.status.message, 'has two calls named smoke');
  });

  it('is made once, at the weight before it, and again by its key after a crash', async () => {
    const effects = (await (await served(steps)).run()).effects;
    for (let crashAt = 1; crashAt <= effects; crashAt += 1) {
      const simulation = new Simulation(scripted, canary(steps));
      simulation.crashAt = crashAt;
      await simulation.run();
      simulation.edit(withImage('shop:2'));
      await simulation.run();
      assert.deepEqual([simulation.status.phase, sizes(simulation)], ['Serving', [0, 4]], `after effect ${crashAt}`);
      const keys = simulation.calls.map(({ key }) => key);
      assert.equal(new Set(keys).size, 2, 'one of each delivery');
      assert.isAtMost(simulation.calls.filter(({ repeated }) => repeated !== true).length, 2);
    }
  }).timeout(60_000);
});
