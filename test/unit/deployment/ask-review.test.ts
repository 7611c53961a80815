import { assert } from 'chai';
import type { DeploymentSpec } from '../../../operator/api/generated/deployment.ts';
import type { ExpertConsultation } from '../../../operator/api/generated/expert-consultation.ts';
import { gateFacts } from '../../../operator/controllers/deployment/subject.ts';
import { figure } from '../../support/figure.ts';
import { approvedByPerson } from './approved-by-person.ts';
import { aDeployment, withImage } from './builders.ts';
import { assertGolden } from './golden.ts';
import { type Script, Simulation } from './simulation.ts';

const PATIENCE = 60_000;
const DAY = 86_400_000;
const ask = { panel: 'release-managers', expiresAfter: '4h' };
const LEFT: Script = { verdict: 'QuorumMissing', approval: 'never' };

/** Version 1 serves; the experts come to no verdict about version 2. */
async function second(spec: Partial<DeploymentSpec> = {}, script: Script = LEFT, crashAt?: number) {
  const simulation = await new Simulation({}, aDeployment({ replicas: 4 })).run();
  simulation.script = script;
  if (crashAt !== undefined) simulation.crashAt = simulation.effects + crashAt;
  simulation.chapter('the second version, and no quorum of experts');
  simulation.edit((object) => withImage('shop:2')({ ...object, spec: { ...object.spec, ask, ...spec } }));
  return simulation.run(60_000);
}

async function answered(simulation: Simulation, approval: NonNullable<Script['approval']>): Promise<Simulation> {
  simulation.chapter(`people say ${approval}`);
  simulation.script = { ...simulation.script, approval };
  return simulation.run(approval === 'never' ? DAY : 3_600_000);
}

const questions = (simulation: Simulation) =>
  (simulation.all('ExpertConsultation') as readonly ExpertConsultation[]).filter(
    ({ spec }) => spec.subject?.step === 'review-ask',
  ); // border: kept under its kind

describe('a review without a verdict whose onUnavailable is Ask (B14)', () => {
  it('asks people once, in the place of the experts, before any pod is made', async () => {
    const simulation = await second();
    const [question, ...more] = questions(simulation);
    assert.lengthOf(more, 0);
    assert.deepNestedInclude(question, {
      'metadata.name': `shop-${simulation.status.plan?.delivery}-review-ask`,
      'spec.panel': 'release-managers',
      'spec.deadline': '4h',
      'spec.subject.planHash': simulation.status.plan?.hash,
      'spec.answer.permits': ['approve'],
    });
    const ready = simulation.status.conditions?.find(({ type }) => type === 'Ready');
    assert.deepInclude(ready, { status: 'Unknown', reason: 'WaitingForApproval' });
    assert.equal(Object.keys(simulation.sizes()).length, 1);
  });

  it('goes on when they approve, and is told in its story', async () => {
    const simulation = await answered(await second(), 'approve');
    assert.equal(simulation.status.phase, 'Serving');
    assert.deepInclude(simulation.status.review, { consultation: questions(simulation)[0]?.metadata.name ?? '' });
    assert.include(
      simulation.status.timeline?.join('\n'),
      'alice let it go on although the experts came to no verdict',
    );
    assertGolden('ask-review', simulation.trace.join('\n'));
  });

  it('tells policy what people said', async () => {
    const { consultation } = gateFacts(await (await answered(await second(), 'approve')).observe());
    assert.deepInclude(consultation, { require: 'approve', state: 'approved', verdict: 'approve' });
  });

  for (const [what, approval, reason] of [
    ['a refusal', 'reject', 'ReviewRejected'],
    ['no quorum', 'QuorumMissing', 'ReviewUndecided'],
    ['no answer in time', 'never', 'ReviewUndecided'],
  ] as const) {
    it(`ends the delivery on ${what}, and what serves is untouched`, async () => {
      const simulation = await answered(await second(), approval);
      const stalled = simulation.status.conditions?.find(({ type }) => type === 'Stalled');
      assert.equal(stalled?.reason, reason);
      assert.match(stalled?.message ?? '', /no verdict \(QuorumMissing\): .*; panel release-managers (says|did not)/);
      assert.deepEqual(Object.values(simulation.sizes()), [4]);
    });
  }

  it('does not take a yes back that was used, when its time is over or its consultation is gone', async () => {
    const tools = { before: [{ name: 'scan', server: 'ops', tool: 'scan', onFailure: 'Ask' }] } as const;
    const tool = () => ({ state: 'failed', message: 'no space', content: {} }) as const;
    const simulation = await second({ tools }, { ...LEFT, tool });
    simulation.meddle('ExpertConsultation', (one) => approved(one as ExpertConsultation)); // border: kept under its kind
    await simulation.run(60_000);
    assert.equal(simulation.status.phase, 'Preparing');
    simulation.now += 3 * 3_600_000;
    await simulation.run(60_000);
    simulation.meddle('ExpertConsultation', (one) => (one.metadata.name.endsWith('review-ask') ? undefined : one));
    await simulation.run(60_000);
    assert.equal(simulation.status.steps?.find(({ name }) => name === 'review')?.state, 'Done');
    assert.lengthOf(questions(simulation), 0);
  });

  it('counts no yes that no person gave', async () => {
    const simulation = await second();
    simulation.meddle('ExpertConsultation', (one) => {
      const { answers: _nobody, ...status } = approved(one as ExpertConsultation).status ?? {}; // border: as above
      return one.metadata.name.endsWith('review-ask') ? ({ ...one, status } as typeof one) : one;
    });
    await simulation.run(60_000);
    assert.include(simulation.status.message, 'no person of panel release-managers answered');
    assert.equal(simulation.status.phase, 'Failed');
  });

  it('asks nobody about what is only tried', async () => {
    const simulation = await second({ dryRun: true });
    assert.deepEqual([simulation.status.phase, questions(simulation)], ['Failed', []]);
    assert.include(simulation.status.message, 'nobody is asked about what is only tried');
  });

  it('tells people of both questions, where people sat on the first panel too', async () => {
    const notifications = { sinks: { bot: { default: true, events: ['approval_needed'] } } } as const;
    const simulation = await second({}, { verdict: 'never', approval: 'never', settings: { notifications } });
    const first = (status: object) =>
      simulation.meddle('ExpertConsultation', (one) =>
        one.metadata.name === `shop-${simulation.status.plan?.delivery}-review`
          ? ({ ...one, status } as typeof one)
          : one,
      );
    first({ phase: 'AwaitingHuman', message: 'bob is asked', expiresAt: '2026-11-02T13:00:00Z' });
    await simulation.run(1_000);
    first({ phase: 'Failed', message: 'bob is silent', consensus: { abstained: 'QuorumMissing' } });
    await simulation.run(1_000);
    assert.deepEqual(
      simulation.letters.map(({ notice }) => notice.step),
      ['review', 'review/ask'],
    );
  });

  it('comes to the same end after whichever effect the process died (B1)', async () => {
    const end = async (crashAt?: number) => (await second({}, { ...LEFT, approval: 'approve' }, crashAt)).run();
    const whole = await end();
    let crashes = 0;
    for (;;) {
      crashes += 1;
      const crashed = await end(crashes);
      if (!crashed.trace.includes('  crash')) break;
      const told = `after effect ${crashes}:\n${crashed.trace.join('\n')}`;
      assert.isBelow(crashes, whole.effects + 1, told);
      assert.deepEqual([crashed.status.phase, questions(crashed).length], ['Serving', 1], told);
    }
    figure(1, `killed after each of ${crashes - 1} effects while people are asked in the place of experts: same end`);
  }).timeout(PATIENCE);
});

function approved(one: ExpertConsultation): ExpertConsultation {
  return one.spec.subject?.step === 'review-ask' ? approvedByPerson(one) : one;
}
