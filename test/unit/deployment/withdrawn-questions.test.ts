import { assert } from 'chai';
import type { CanaryStep, Deployment } from '../../../operator/api/generated/deployment.ts';
import type { ExpertConsultation } from '../../../operator/api/generated/expert-consultation.ts';
import { annotations } from '../../../operator/api/names.ts';
import { aDeployment, withImage } from './builders.ts';
import { Simulation } from './simulation.ts';

const steps: readonly CanaryStep[] = [{ weight: 25 }, { approve: { panel: 'managers', expiresAfter: '2h' } }];
const fate = (image: string) => (image === 'shop:bad' ? 'crash' : 'ready');

const questions = (simulation: Simulation) =>
  (simulation.all('ExpertConsultation') as readonly ExpertConsultation[]) // border: kept under its kind
    .filter(({ spec }) => spec.subject?.step !== 'review');

/** What people were asked: its step, where it stands and why. */
const asked = (simulation: Simulation) =>
  questions(simulation).map(({ spec, status }) => [spec.subject?.step, status?.phase, spec.withdrawn?.reason]);

describe('what people are asked', () => {
  /** Version 2 waits at its gate. */
  async function atGate(): Promise<Simulation> {
    const simulation = await new Simulation({ fate }, aDeployment({ replicas: 4 })).run();
    simulation.script = { fate, approval: 'never' };
    simulation.edit((object) => ({
      ...withImage('shop:2')(object),
      spec: { ...withImage('shop:2')(object).spec, strategy: { type: 'Canary', canary: { steps } } },
    }));
    await simulation.run(60_000);
    assert.deepEqual(asked(simulation), [['approve-2', 'AwaitingHuman', undefined]]);
    return simulation;
  }

  it('is withdrawn when the delivery is aborted, with the reason', async () => {
    const simulation = await atGate();
    const { revision } = simulation.status.plan ?? {};
    simulation.annotate(annotations.abort, '1');
    await simulation.run(120_000);
    assert.deepEqual(asked(simulation), [['approve-2', 'Withdrawn', 'Aborted']]);
    assert.equal(
      questions(simulation)[0]?.spec.withdrawn?.message,
      `revision ${revision} was rejected: aborted by the annotation code-engine.dev/abort`,
    );
    assert.equal(simulation.status.phase, 'RolledBack');
  });

  it('is withdrawn when another version takes its place', async () => {
    const simulation = await atGate();
    simulation.edit(withImage('shop:3'));
    await simulation.run(120_000);
    assert.deepEqual(asked(simulation), [
      ['approve-2', 'Withdrawn', 'Superseded'],
      ['approve-2', 'AwaitingHuman', undefined],
    ]);
  });

  it('is withdrawn when it is too late for an answer', async () => {
    const simulation = await atGate();
    await simulation.run(3 * 3_600_000);
    assert.deepEqual(asked(simulation), [['approve-2', 'Withdrawn', 'ApprovalExpired']]);
  });

  it('is withdrawn when the spec goes back to what serves', async () => {
    const simulation = await atGate();
    simulation.edit(withImage('shop:1'));
    await simulation.run(120_000);
    assert.deepEqual(asked(simulation), [['approve-2', 'Withdrawn', 'Superseded']]);
    assert.equal(simulation.status.phase, 'Serving');
  });

  it('is asked again where the same delivery stands again, and its answer counts', async () => {
    const simulation = await atGate();
    const { delivery } = simulation.status.plan ?? {};
    const good = simulation.deployment.spec;
    const back = (object: Deployment): Deployment => ({ ...object, spec: good });
    simulation.edit(withImage('shop:1'));
    await simulation.run(120_000);
    simulation.edit(back);
    await simulation.run(120_000);
    assert.equal(simulation.status.plan?.delivery, delivery);
    assert.deepEqual(asked(simulation), [['approve-2', 'AwaitingHuman', undefined]]);
    simulation.script = { fate, approval: 'approve' };
    await simulation.run();
    assert.deepEqual([asked(simulation)[0]?.[1], simulation.status.phase], ['Agreed', 'Serving']);
  });

  it('in the place of experts is withdrawn as well', async () => {
    const simulation = await new Simulation({ fate }, aDeployment({ replicas: 4 })).run();
    simulation.script = { fate, verdict: 'QuorumMissing', approval: 'never' };
    simulation.edit(withImage('shop:2'));
    await simulation.run(60_000);
    assert.deepEqual(asked(simulation), [['review-ask', 'AwaitingHuman', undefined]]);
    simulation.annotate(annotations.abort, '1');
    await simulation.run(120_000);
    assert.deepEqual(asked(simulation), [['review-ask', 'Withdrawn', 'Aborted']]);
  });

  it('stays as it was answered, and nothing is written at rest', async () => {
    const simulation = await atGate();
    simulation.script = { fate, approval: 'approve' };
    await simulation.run();
    simulation.edit(withImage('shop:1'));
    await simulation.run();
    for (const [, phase, reason] of asked(simulation)) assert.deepEqual([phase, reason], ['Agreed', undefined]);
    const writes = simulation.requests.length;
    simulation.now += 7_200_000;
    await simulation.run();
    assert.lengthOf(simulation.requests, writes);
  });
});
