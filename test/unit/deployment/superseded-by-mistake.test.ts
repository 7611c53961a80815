import { assert } from 'chai';
import type { Deployment, DeploymentSpec } from '../../../operator/api/generated/deployment.ts';
import { aDeployment, withImage } from './builders.ts';
import { type Script, Simulation } from './simulation.ts';

const script: Script = { metric: () => ({ kind: 'no-data', message: 'nothing yet' }) };
const strategy = {
  type: 'Canary',
  canary: { steps: [{ weight: 50 }, { pause: { duration: '1h' } }] },
} as const satisfies DeploymentSpec['strategy'];
const tools = { after: [{ name: 'page', server: 'ops', tool: 'page' }] };
/** Declared, and not built. */
const unsupported: Partial<DeploymentSpec> = {
  review: { experts: [{ name: 'model', provider: 'anthropic', model: 'any' }] },
};
/** Built, and wrong: nothing keeps pods where weight is a share of the pods. */
const mistaken: Partial<DeploymentSpec> = { rollback: { scaleDownDelaySeconds: 60 } };

const sizes = (simulation: Simulation) => Object.values(simulation.sizes());
const stalled = ({ status }: Simulation) => status.conditions?.find(({ type }) => type === 'Stalled')?.reason;

describe('a mistake that takes the place of a version in flight', () => {
  /** Version 2 pauses at half. */
  async function paused(spec: Partial<DeploymentSpec> = {}): Promise<Simulation> {
    const simulation = await new Simulation(script, aDeployment({ replicas: 4 })).run();
    simulation.edit((object) => changed(withImage('shop:2')(object), { strategy, ...spec }));
    await simulation.run(60_000);
    assert.deepEqual([sizes(simulation), simulation.status.phase], [[2, 2], 'Paused']);
    return simulation;
  }

  const changed = (object: Deployment, spec: Partial<DeploymentSpec>): Deployment => ({
    ...object,
    spec: { ...object.spec, ...spec },
  });

  for (const [what, mistake, reason] of [
    ['asks for what is not built', unsupported, 'NotSupportedYet'],
    ['contradicts itself', mistaken, 'InvalidSpec'],
  ] as const) {
    it(`brings back what serves where it ${what}, and then says so`, async () => {
      const simulation = await paused();
      simulation.edit((object) => changed(withImage('shop:3')(object), mistake));
      await simulation.run(120_000);
      assert.deepEqual([sizes(simulation), stalled(simulation)], [[4, 0], reason]);
    });

    it(`lets the version in flight end by its own rules where only rules change and that ${what}`, async () => {
      const simulation = await paused({ tools });
      const { plan } = simulation.status;
      simulation.edit((object) => changed(object, mistake));
      await simulation.run(120_000);
      assert.deepEqual([sizes(simulation), simulation.status.phase], [[2, 2], 'Paused']);
      const validated = simulation.status.conditions?.find(({ type }) => type === 'Validated');
      assert.match(validated?.message ?? '', /changed rules wait for the next delivery, and would stop it: spec\.r/);
      await simulation.run(2 * 3_600_000);
      assert.deepEqual([sizes(simulation), simulation.status.revisions?.serving], [[0, 4], plan?.revision]);
      assert.deepEqual(
        simulation.calls.map(({ name }) => name),
        ['page'],
        'it was finished',
      );
    });
  }

  it('is told once the version in flight has ended', async () => {
    const simulation = await paused();
    simulation.edit((object) => changed(object, unsupported));
    await simulation.run(3 * 3_600_000);
    // Its last write wakes it.
    await simulation.run();
    assert.equal(stalled(simulation), 'NotSupportedYet');
  });
});
