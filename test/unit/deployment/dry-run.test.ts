import { assert } from 'chai';
import type { Deployment } from '../../../operator/api/generated/deployment.ts';
import { needsFinalizer } from '../../../operator/controllers/deployment/needs-finalizer.ts';
import { standingOf } from '../../../operator/controllers/deployment/order/standing-of.ts';
import { aDeployment, withImage } from './builders.ts';
import { laws } from './observed-builders.ts';
import { type Script, Simulation } from './simulation.ts';

const trying =
  (dryRun: boolean) =>
  (object: Deployment): Deployment => ({ ...object, spec: { ...object.spec, dryRun } });
const conditionOf = ({ status }: Simulation, type: string) => {
  const found = status.conditions?.find((condition) => condition.type === type);
  return found && [found.status, found.reason];
};
const created = ({ requests }: Simulation) =>
  requests.filter((one) => /^(create|apply|patch|delete|copy) (?!status)/.test(one));

/** A version that serves, and a second one that is only tried. */
async function tried(script: Script = {}): Promise<Simulation> {
  const simulation = await new Simulation().run();
  simulation.script = script;
  simulation.requests.length = 0;
  simulation.edit((object) => trying(true)(withImage('shop:2')(object)));
  return simulation.run();
}

describe('a delivery that is tried only', () => {
  it('ends after its review: nothing but the plan and the question is written', async () => {
    const simulation = await tried();
    const { plan, revisions } = simulation.status;
    assert.deepEqual(
      created(simulation).map((one) => one.split(' ').slice(0, 2).join(' ')),
      ['create ControllerRevision', 'create ExpertConsultation'],
    );
    assert.deepEqual(conditionOf(simulation, 'DryRun'), ['True', 'DryRunPassed']);
    assert.deepEqual(conditionOf(simulation, 'Ready'), ['True', 'DryRunPassed']);
    assert.isUndefined(conditionOf(simulation, 'Promoted'));
    assert.equal(
      simulation.status.message,
      `the dry run of plan ${plan?.hash}, revision ${revisions?.desired}, passed; revision ${revisions?.serving} serves on; set spec.dryRun to false to deliver it`,
    );
    assert.deepEqual([simulation.status.phase, simulation.status.progress], ['DryRun', 'dry-run']);
    const { requests } = simulation;
    const at = requests.length;
    await simulation.run();
    assert.lengthOf(requests, at, 'nothing is written at rest');
  });

  it('is delivered with the same plan and the same review once dryRun is false', async () => {
    const simulation = await tried();
    const { plan } = simulation.status;
    simulation.edit(trying(false));
    await simulation.run();
    assert.equal(simulation.status.phase, 'Serving');
    assert.equal(simulation.status.plan?.hash, plan?.hash);
    assert.equal(simulation.status.plan?.delivery, plan?.delivery);
    assert.isUndefined(conditionOf(simulation, 'DryRun'));
    const asked = simulation.requests.filter((one) => one.startsWith('create ExpertConsultation'));
    assert.lengthOf(asked, 1);
    assert.equal(simulation.status.revisions?.serving, plan?.revision);
  });

  it('lets what serves follow its size', async () => {
    const simulation = await tried();
    const { serving } = simulation.status.revisions ?? {};
    simulation.edit((object) => ({ ...object, spec: { ...object.spec, replicas: 5 } }));
    await simulation.run();
    assert.deepEqual(simulation.sizes(), { [`shop-${serving}`]: 5 });
    assert.deepEqual(conditionOf(simulation, 'DryRun'), ['True', 'DryRunPassed']);
  });

  it('is at rest where nothing serves yet, and no reason for others to begin', async () => {
    const simulation = await new Simulation({}, aDeployment({ dryRun: true })).run();
    assert.deepEqual(conditionOf(simulation, 'Ready'), ['True', 'DryRunPassed']);
    assert.include(simulation.status.message, 'nothing serves yet');
    assert.deepEqual(simulation.sizes(), {});
    const { ready, reviewed, promoted } = standingOf(simulation.deployment);
    assert.deepEqual({ ready, reviewed, promoted }, { ready: false, reviewed: false, promoted: false });
  });

  for (const [what, script, reason] of [
    ['the API server refuses', { dryRun: () => ({ accepted: false, message: 'no' }) }, 'DryRunRefused'],
    ['the experts reject', { verdict: 'reject' }, 'ReviewRejected'],
  ] as const satisfies readonly (readonly [string, Script, string])[]) {
    it(`says so where ${what}`, async () => {
      const simulation = await tried(script);
      assert.deepEqual(conditionOf(simulation, 'DryRun'), ['False', reason]);
      assert.deepEqual(conditionOf(simulation, 'Stalled'), ['True', reason]);
    });
  }

  it('is in progress while the experts think', async () => {
    const simulation = new Simulation({ verdict: 'never' }, aDeployment({ dryRun: true }));
    await simulation.run(10_000);
    assert.deepEqual(conditionOf(simulation, 'DryRun'), ['Unknown', 'WaitingForReview']);
    assert.deepEqual(conditionOf(simulation, 'Reconciling'), ['True', 'WaitingForReview']);
  });

  it('holds a roll-out that had begun, and lets it go on afterwards', async () => {
    const simulation = await new Simulation({ fate: () => 'never-ready' }).run(30_000);
    assert.equal(simulation.status.phase, 'Progressing');
    const requests = created(simulation).length;
    simulation.edit(trying(true));
    await simulation.run();
    assert.equal(simulation.status.phase, 'Suspended');
    assert.match(simulation.status.message ?? '', /its roll-out had begun when spec.dryRun was set; set it to false/);
    assert.lengthOf(created(simulation), requests);
    simulation.meddle('Pod', () => undefined);
    simulation.script = {};
    simulation.edit(trying(false));
    await simulation.run();
    assert.equal(simulation.status.phase, 'Serving');
  });

  it('is no reason to stop what serves already', async () => {
    const simulation = await new Simulation().run();
    simulation.edit(trying(true));
    await simulation.run();
    assert.deepEqual(conditionOf(simulation, 'Ready'), ['True', 'Promoted']);
    assert.deepEqual(conditionOf(simulation, 'DryRun'), ['True', 'DryRunPassed']);
    assert.match(
      simulation.status.conditions?.find(({ type }) => type === 'DryRun')?.message ?? '',
      /it serves already$/,
    );
  });

  it('leaves one plan and one question, however many were tried', async () => {
    const simulation = await tried();
    for (const version of [3, 4, 5, 6]) {
      simulation.edit(withImage(`shop:${version}`));
      await simulation.run();
    }
    const { serving, desired } = simulation.status.revisions ?? {};
    const revisionsOf = (kind: string) =>
      simulation.all(kind).map(({ metadata }) => metadata.labels?.['code-engine.dev/revision']);
    assert.sameMembers(revisionsOf('ControllerRevision'), [serving, desired]);
    assert.sameMembers(revisionsOf('ExpertConsultation'), [serving, desired]);
  });

  it('holds no finalizer for tools that it does not call', async () => {
    const tools = { before: [{ name: 'scan', server: 'security', tool: 'scan' }] };
    const simulation = new Simulation({}, aDeployment({ tools, dryRun: true }));
    assert.isFalse(needsFinalizer(await simulation.observe(), laws()));
    simulation.edit(trying(false));
    assert.isTrue(needsFinalizer(await simulation.observe(), laws()));
  });
});
