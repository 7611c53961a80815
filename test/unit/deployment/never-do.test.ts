/** Rows of delivery.md section 10 that no other story shows. */
import { assert } from 'chai';
import type { CanaryStep, Deployment, Metric } from '../../../operator/api/generated/deployment.ts';
import type { ExpertConsultation } from '../../../operator/api/generated/expert-consultation.ts';
import { annotations } from '../../../operator/api/names.ts';
import type { MetricReading } from '../../../operator/ports/metric-source.ts';
import { aDeployment, withImage } from './builders.ts';
import { type Script, Simulation } from './simulation.ts';

const fate = (image: string) => (image.startsWith('shop:bad') ? 'never-ready' : 'ready');
const steps: readonly CanaryStep[] = [{ weight: 50 }, { pause: {} }];
const canary = (more: Partial<Deployment['spec']> = {}) =>
  aDeployment({ replicas: 4, strategy: { type: 'Canary', canary: { steps } }, progressDeadlineSeconds: 60, ...more });

const sizes = (simulation: Simulation) => Object.values(simulation.sizes());
const cause = ({ status }: Simulation) => status.revisions?.rejected?.at(-1)?.reason;

/** Version 1 serves with four pods, version 2 pauses with half of them. */
async function paused(script: Script = {}, manifest = canary()): Promise<Simulation> {
  const simulation = await new Simulation({ fate, ...script }, manifest).run();
  simulation.edit(withImage('shop:2'));
  await simulation.run(50_000);
  assert.deepEqual([sizes(simulation), simulation.status.phase], [[2, 2], 'Paused']);
  return simulation;
}

describe('a delivery never', () => {
  it('lets a second bad revision outlive its deadline', async () => {
    const simulation = await new Simulation({ fate }, canary()).run();
    simulation.edit(withImage('shop:bad-1'));
    await simulation.run(30_000);
    simulation.edit(withImage('shop:bad-2'));
    const from = simulation.now;
    await simulation.run();
    assert.equal(simulation.status.phase, 'RolledBack');
    assert.isAtMost(Date.parse(simulation.status.revisions?.rejected?.at(-1)?.at ?? '') - from, 65_000);
    assert.deepEqual(sizes(simulation), [4, 0, 0]);
  });

  it('lets a pod that a scheduling gate holds outlive the deadline, and names the gate', async () => {
    const simulation = await new Simulation({ fate }, canary()).run();
    simulation.script = { fate: (image) => (image === 'shop:bad' ? 'gated' : 'ready') };
    simulation.edit(withImage('shop:bad'));
    await simulation.run();
    assert.equal(cause(simulation), 'SchedulingGated');
  });

  it('scales an aborted canary up when the autoscaler moves', async () => {
    const simulation = await paused();
    simulation.annotate(annotations.abort, '1');
    await simulation.run();
    assert.deepEqual(sizes(simulation), [4, 0]);
    const made = new Map(simulation.podsMade);
    const desired = Object.keys(simulation.sizes()).at(-1) ?? '';
    simulation.autoscale(8);
    simulation.edit((object) => ({ ...object, spec: { ...object.spec, replicas: 8 } }));
    await simulation.run();
    assert.deepEqual([sizes(simulation), simulation.podsMade.get(desired)], [[8, 0], made.get(desired)]);
  });

  it('promotes pods that were not there to be analysed, but for those that it grows by', async () => {
    const simulation = await paused();
    const names = () => new Set(simulation.all('Pod').map(({ metadata }) => metadata.name));
    const before = [...names()].filter((name) => name.includes(simulation.status.plan?.revision ?? '-'));
    simulation.annotate(annotations.promote, '1');
    await simulation.run();
    assert.equal(simulation.status.phase, 'Serving');
    assert.lengthOf(before, 2);
    assert.isTrue(before.every((name) => names().has(name)));
    const desired = Object.keys(simulation.sizes()).at(-1) ?? '';
    assert.equal(simulation.podsMade.get(desired), 4);
  });

  it('ignores a failing metric while it waits for a person, who then has nothing to answer any more', async () => {
    const value = (reading: number) => (): MetricReading => ({ kind: 'values', samples: [{ at: 0, value: reading }] });
    const errors: Metric = {
      name: 'error-rate',
      provider: { prometheus: { query: 'errors{revision="{{revision}}"}' } },
      interval: '10s',
      threshold: { max: 0.01 },
    };
    const gated: readonly CanaryStep[] = [{ weight: 50 }, { approve: { panel: 'managers', expiresAfter: '4h' } }];
    const manifest = canary({
      strategy: { type: 'Canary', canary: { steps: gated } },
      analysis: { metrics: [errors] },
    });
    const simulation = await new Simulation({ fate, metric: value(0), approval: 'approve' }, manifest).run();
    simulation.script = { fate, metric: value(0), approval: 'never' };
    simulation.edit(withImage('shop:2'));
    await simulation.run(50_000);
    simulation.script = { fate, metric: value(1), approval: 'never' };
    const breached = simulation.now;
    await simulation.run(120_000);
    assert.deepEqual([cause(simulation), sizes(simulation)], ['AnalysisFailed', [4, 0]]);
    assert.isAtMost(Date.parse(simulation.status.revisions?.rejected?.[0]?.at ?? ''), breached + 11_000);
    const last = simulation.all('ExpertConsultation').at(-1) as ExpertConsultation; // border: kept under its kind
    assert.equal(last.spec.withdrawn?.reason, 'AnalysisFailed');
  });

  it('fights an object that was scaled to zero, nor ends a delivery of it with a deadlock', async () => {
    const simulation = await new Simulation({ fate }, canary({ replicas: 0 })).run();
    assert.deepEqual([simulation.status.phase, sizes(simulation)], ['Serving', [0]]);
    simulation.edit(withImage('shop:2'));
    await simulation.run();
    simulation.annotate(annotations.promote, '1');
    await simulation.run();
    assert.deepEqual([simulation.status.phase, sizes(simulation)], ['Serving', [0, 0]]);
    const writes = simulation.requests.length;
    simulation.now += 3_600_000;
    await simulation.run();
    assert.lengthOf(simulation.requests, writes);
  });
});
