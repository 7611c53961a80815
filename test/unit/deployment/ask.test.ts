import { assert } from 'chai';
import type { CanaryStep, DeploymentSpec, ToolCall } from '../../../operator/api/generated/deployment.ts';
import type { ExpertConsultation } from '../../../operator/api/generated/expert-consultation.ts';
import { annotations } from '../../../operator/api/names.ts';
import type { KubeObject } from '../../../operator/api/objects.ts';
import type { CallTool, Outcomes } from '../../../operator/core/action.ts';
import { figure } from '../../support/figure.ts';
import { approvedByPerson } from './approved-by-person.ts';
import { aDeployment, withImage } from './builders.ts';
import { assertGolden } from './golden.ts';
import { type Script, Simulation } from './simulation.ts';

const PATIENCE = 60_000;
const DAY = 86_400_000;

const call = (name: string, more: Partial<ToolCall> = {}): ToolCall => ({ name, server: 'ops', tool: name, ...more });
const asking = { onFailure: 'Ask' } as const;
const ask = { panel: 'release-managers', expiresAfter: '4h' };

const answering =
  (bad: Readonly<Record<string, Outcomes['call-tool']['state']>>) =>
  ({ tool }: CallTool): Outcomes['call-tool'] => ({
    state: bad[tool] ?? 'succeeded',
    message: bad[tool] === undefined ? 'done' : 'no space',
    content: {},
  });

const failing = (...tools: readonly string[]) => answering(Object.fromEntries(tools.map((tool) => [tool, 'failed'])));

/** Version 1 serves without any call; version 2 is delivered by this spec until nothing happens for a minute. */
async function second(spec: Partial<DeploymentSpec>, script: Script, crashAt?: number): Promise<Simulation> {
  const simulation = await new Simulation({}, aDeployment({ replicas: 4 })).run();
  simulation.script = { approval: 'never', ...script };
  if (crashAt !== undefined) simulation.crashAt = simulation.effects + crashAt;
  simulation.chapter('the second version');
  simulation.edit((object) => withImage('shop:2')({ ...object, spec: { ...object.spec, ...spec } }));
  return simulation.run(60_000);
}

async function answered(simulation: Simulation, approval: NonNullable<Script['approval']>): Promise<Simulation> {
  simulation.chapter(approval === 'never' ? 'nobody answers' : `people say ${approval}`);
  simulation.script = { ...simulation.script, approval };
  return simulation.run(approval === 'never' ? DAY + 60_000 : 3_600_000);
}

const asked = ({ all }: { all(kind: string): readonly KubeObject[] }): readonly ExpertConsultation[] =>
  (all('ExpertConsultation') as readonly ExpertConsultation[]).filter(({ spec }) => spec.subject?.step !== 'review'); // border: kept under its kind
const questions = (simulation: Simulation) => asked({ all: (kind) => simulation.all(kind) });
const names = ({ calls }: Simulation) => calls.map(({ tool }) => tool);
const accepted = ({ status }: Simulation) =>
  Object.fromEntries((status.tools ?? []).map(({ name, outcome, acceptedBy }) => [name, [outcome, acceptedBy]]));

const steps: readonly CanaryStep[] = [{ weight: 25 }, { call: call('smoke', asking) }, { weight: 50 }];
const SPECS = {
  prepare: { ask, tools: { before: [call('scan', asking), call('warm')] } },
  'roll-out': { ask, strategy: { type: 'Canary', canary: { steps } } },
  finish: { ask, tools: { after: [call('tell', asking), call('warm')] } },
} as const satisfies Record<string, Partial<DeploymentSpec>>;
const CALLED = { prepare: 'scan', 'roll-out': 'smoke', finish: 'tell' } as const;

describe('a call whose onFailure is Ask', () => {
  for (const step of ['prepare', 'roll-out', 'finish'] as const) {
    const bad = CALLED[step];

    it(`asks the panel about its failure in ${step}, once, and waits for the answer`, async () => {
      const simulation = await second(SPECS[step], { tool: failing(bad) });
      const ready = simulation.status.conditions?.find(({ type }) => type === 'Ready');
      assert.deepInclude(ready, { status: 'Unknown', reason: 'WaitingForApproval' });
      assert.match(
        ready?.message ?? '',
        new RegExp(`tool ops.${bad} \\(${bad}\\) failed: no space: panel .* is asked`),
      );
      const [question, ...more] = questions(simulation);
      assert.lengthOf(more, 0);
      assert.match(question?.metadata.name ?? '', new RegExp(`^shop-${simulation.status.plan?.delivery}-ask-${bad}-`));
      assert.deepNestedInclude(question, {
        'spec.panel': 'release-managers',
        'spec.deadline': '4h',
        'spec.subject.planHash': simulation.status.plan?.hash,
        'spec.answer.permits': ['approve'],
      });
      assert.include(
        question?.spec.question,
        `called tool ops.${bad} in step ${step}, and call ${bad} failed: no space`,
      );
      assert.equal(names(simulation).filter((name) => name === bad).length, 1);
    });

    it(`goes on in ${step} when they approve, and remembers who`, async () => {
      const simulation = await second(SPECS[step], { tool: failing(bad) });
      await answered(simulation, 'approve');
      assert.equal(simulation.status.phase, 'Serving');
      assert.deepEqual(accepted(simulation)[bad], ['Failed', 'alice']);
      assert.equal(simulation.status.revisions?.serving, simulation.status.revisions?.desired);
      simulation.meddle('ExpertConsultation', (one) => (one.metadata.name.includes('-ask-') ? undefined : one));
      const writes = simulation.requests.length;
      simulation.now += 2 * DAY;
      await simulation.run();
      assert.deepEqual(simulation.requests.slice(writes), [], 'the answer is used up: nobody is asked again');
    });

    for (const [what, approval] of [
      ['a refusal', 'reject'],
      ['no quorum', 'QuorumMissing'],
      ['no answer in time', 'never'],
    ] as const) {
      it(`does not go on in ${step} on ${what}`, async () => {
        const simulation = await second(SPECS[step], { tool: failing(bad) });
        const before = simulation.status.revisions?.serving;
        await answered(simulation, approval);
        assert.equal(simulation.status.phase, step === 'prepare' ? 'Failed' : 'RolledBack', simulation.status.message);
        assert.match(
          simulation.status.message ?? '',
          /failed: no space; panel release-managers (says|did not approve)/,
        );
        assert.notEqual(simulation.status.revisions?.serving, simulation.status.revisions?.desired);
        if (step !== 'finish') assert.equal(simulation.status.revisions?.serving, before);
        assert.equal(simulation.status.steps?.find(({ name }) => name === step)?.state, 'Failed');
        assert.equal(simulation.readyPods, 4);
      });
    }
  }

  it('reads well while people are asked', async () => {
    const simulation = await second(SPECS.prepare, { tool: failing('scan') });
    await answered(simulation, 'approve');
    assertGolden('ask-approved', simulation.trace.join('\n'));
  });

  it('reads well when they say no after the promotion', async () => {
    const simulation = await second(SPECS.finish, { tool: failing('tell') });
    await answered(simulation, 'reject');
    assertGolden('ask-refused', simulation.trace.join('\n'));
  });

  it('takes back what was called before, where they say no', async () => {
    const undo = { server: 'ops', tool: 'unlock' };
    const before = [call('lock', { undo }), call('scan', asking)];
    const simulation = await second({ ask, tools: { before } }, { tool: failing('scan') });
    assert.deepEqual(names(simulation), ['lock', 'scan'], 'nothing is taken back while people think');
    await answered(simulation, 'reject');
    assert.deepEqual(names(simulation), ['lock', 'scan', 'unlock']);
    assert.include(simulation.status.message, 'undone lock');
  });

  it('asks about one call after the other, each with an answer and a notice of its own', async () => {
    const notifications = { sinks: { bot: { default: true, events: ['approval_needed'] } } } as const;
    const before = [call('scan', asking), call('warm', asking)];
    const script = { tool: failing('scan', 'warm'), settings: { notifications } };
    const simulation = await second({ ask, tools: { before } }, script);
    assert.lengthOf(questions(simulation), 1);
    simulation.meddle('ExpertConsultation', (one) => approvedByPerson(one as ExpertConsultation)); // border: kept under its kind
    await simulation.run(60_000);
    assert.lengthOf(questions(simulation), 2);
    assert.deepEqual(
      simulation.letters.map(({ notice }) => [notice.type, notice.step]),
      [
        ['approval_needed', 'prepare/scan'],
        ['approval_needed', 'prepare/warm'],
      ],
    );
    assert.deepEqual(accepted(simulation), { scan: ['Failed', 'alice'], warm: ['Failed', undefined] });
  });

  it('reminds them once, at half of their time', async () => {
    const notifications = { sinks: { bot: { default: true, events: ['approval_needed'] } } } as const;
    const simulation = await second(SPECS.finish, { tool: failing('tell'), settings: { notifications } });
    await simulation.run(3 * 3_600_000);
    assert.deepEqual(
      simulation.letters.map(({ notice: { step, reminder } }) => [step, reminder === true]),
      [
        ['finish/tell', false],
        ['finish/tell', true],
      ],
    );
  });

  it('asks one person who may answer, where nobody is named', async () => {
    const simulation = await second({ tools: { before: [call('scan', asking)] } }, { tool: failing('scan') });
    const [question] = questions(simulation);
    assert.deepEqual(question?.spec.experts, [{ name: 'release-manager', provider: 'human' }]);
    assert.isUndefined(question?.spec.panel);
    assert.include(simulation.status.message, 'a person (release-manager) is asked until');
  });

  it('keeps the pods of a first delivery that they refuse after its promotion: nothing else can serve', async () => {
    const simulation = new Simulation({ approval: 'never', tool: failing('tell') }, aDeployment(SPECS.finish));
    await simulation.run(60_000);
    assert.equal(simulation.status.phase, 'Finishing');
    await answered(simulation, 'reject');
    const stalled = simulation.status.conditions?.find(({ type }) => type === 'Stalled');
    assert.equal(stalled?.reason, 'DeliveryFailed', simulation.status.message);
    assert.equal(simulation.readyPods, 2);
  });

  it('is held as it stands when they say no, where nothing goes back by itself', async () => {
    const spec = { ...SPECS['roll-out'], rollback: { automatic: false } };
    const simulation = await answered(await second(spec, { tool: failing('smoke') }), 'reject');
    const ready = simulation.status.conditions?.find(({ type }) => type === 'Ready');
    assert.equal(ready?.reason, 'WaitingForDecision');
    assert.match(ready?.message ?? '', /panel release-managers says reject: .*; it is held as it stands/);
    simulation.annotate(annotations.abort, '1');
    await simulation.run();
    assert.equal(simulation.status.phase, 'RolledBack');
  });

  it('asks nobody about a call that succeeded', async () => {
    const simulation = await second(SPECS.prepare, {});
    assert.deepEqual([simulation.status.phase, questions(simulation)], ['Serving', []]);
  });

  it('is answered for this plan only: another version is asked about anew', async () => {
    const simulation = await second(SPECS.prepare, { tool: failing('scan') });
    simulation.edit(withImage('shop:3'));
    await simulation.run(60_000);
    assert.deepEqual(new Set(questions(simulation).map(({ spec }) => spec.subject?.planHash)).size, 2);
    simulation.meddle('ExpertConsultation', (one) => {
      const { spec } = one as ExpertConsultation; // border: kept under its kind
      return spec.subject?.planHash === simulation.status.plan?.hash
        ? one
        : approvedByPerson(one as ExpertConsultation);
    });
    await simulation.run(60_000);
    assert.equal(simulation.status.phase, 'Preparing', 'an answer to the plan before counts for nothing');
  });
});

describe('a call whose outcome nobody knows', () => {
  const unknown = answering({ scan: 'unknown' });

  for (const onFailure of ['Ask', 'Proceed'] as const) {
    it(`asks people where onFailure is ${onFailure}: it never goes on by itself`, async () => {
      const before = [call('scan', { onFailure })];
      const simulation = await second({ tools: { before } }, { tool: unknown });
      assert.match(simulation.status.message ?? '', /^nobody knows whether tool ops.scan .* a person .* is asked/);
      await answered(simulation, 'approve');
      assert.equal(simulation.status.phase, 'Serving');
      assert.deepEqual(names(simulation), ['scan']);
    });
  }

  it('stops where onFailure is Stop', async () => {
    const before = [call('scan', { onFailure: 'Stop' })];
    const simulation = await second({ tools: { before } }, { tool: unknown });
    assert.deepEqual([simulation.status.phase, questions(simulation)], ['Failed', []]);
  });

  it('is told after the promotion, and goes on, where onFailure is Proceed', async () => {
    const after = [call('scan', { onFailure: 'Proceed' })];
    const simulation = await second({ tools: { after } }, { tool: unknown });
    assert.deepEqual([simulation.status.phase, questions(simulation)], ['Serving', []]);
    assert.include(simulation.status.message, 'after it scan did not succeed');
  });
});

describe('a process that dies while people are asked', () => {
  for (const approval of ['approve', 'reject'] as const) {
    it(`asks once about each call and comes to the same end when they ${approval}, after whichever effect (B1, B15)`, async () => {
      const spec = {
        ask,
        strategy: { type: 'Canary', canary: { steps } },
        tools: { before: [call('scan', asking)], after: [call('tell', asking)] },
      } as const;
      const script: Script = { approval, tool: failing('scan', 'smoke', 'tell') };
      const end = async (crashAt?: number) => (await second(spec, script, crashAt)).run();
      const whole = await end();
      let crashes = 0;
      for (;;) {
        crashes += 1;
        const crashed = await end(crashes);
        const told = `after effect ${crashes}:\n${crashed.trace.join('\n')}`;
        if (!crashed.trace.includes('  crash')) break;
        assert.isBelow(crashes, whole.effects + 1, told);
        assert.equal(crashed.status.phase, whole.status.phase, told);
        assert.deepEqual(accepted(crashed), accepted(whole), told);
        const subjects = questions(crashed).map(({ spec: { subject } }) => subject?.step);
        assert.equal(new Set(subjects).size, subjects.length, told);
        assert.lengthOf(subjects, questions(whole).length, told);
      }
      figure(1, `killed after each of ${crashes - 1} effects while people are asked: they ${approval}, same end`);
    }).timeout(PATIENCE);
  }
});
