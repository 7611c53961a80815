import { assert } from 'chai';
import type { CanaryStep, Deployment, Metric } from '../../../operator/api/generated/deployment.ts';
import { annotations } from '../../../operator/api/names.ts';
import type { Job } from '../../../operator/controllers/deployment/cluster-objects.ts';
import { judgePods, ruleSets } from '../../../operator/core/pod-rules/index.ts';
import { aDeployment, withImage } from './builders.ts';
import { type Script, Simulation } from './simulation.ts';

const STEPS: readonly CanaryStep[] = [{ weight: 25 }, { analyse: { metrics: ['smoke'], for: '2m' } }, { pause: {} }];
const job = { image: 'curl:8', arguments: ['--revision', '{{revision}}'] };

/** A second version of a canary, measured by a Job. */
async function smoked(script: Script, change: Partial<Metric> = {}, steps = STEPS): Promise<Simulation> {
  const analysis = { metrics: [{ name: 'smoke', provider: { job }, ...change }] };
  const manifest: Deployment = aDeployment({ replicas: 4, strategy: { type: 'Canary', canary: { steps } }, analysis });
  const simulation = await new Simulation({}, manifest).run();
  assert.equal(simulation.status.phase, 'Serving');
  simulation.meddle('Job', () => undefined);
  simulation.requests.length = 0;
  simulation.script = script;
  simulation.edit(withImage('shop:2'));
  return simulation;
}

const made = ({ requests }: Simulation) => requests.filter((line) => line.startsWith('create Job')).length;
const measuredOf = ({ status }: Simulation) => status.analysis?.find(({ metric }) => metric === 'smoke');

describe('a metric that a Job measures', () => {
  it('runs one Job in the step that waits for it, and goes on when it is Complete', async () => {
    const simulation = await smoked({});
    await simulation.run(200_000);
    assert.deepInclude(simulation.status.step, { name: 'pause' });
    assert.equal(made(simulation), 1);
    const [{ metadata, spec }] = simulation.all('Job') as readonly [never];
    assert.deepEqual(spec, {
      backoffLimit: 0,
      activeDeadlineSeconds: 300,
      ttlSecondsAfterFinished: 3_600,
      template: {
        metadata: {},
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name: 'measure',
              image: 'curl:8',
              args: ['--revision', simulation.status.revisions?.desired],
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            },
          ],
        },
      },
    });
    assert.deepInclude(simulation.status.analysis?.[0], {
      metric: 'smoke',
      message: `Job ${Object(metadata).name} is Complete`,
    });
  });

  it('runs pods that the security reviewers find nothing grave in, whatever is asked for', async () => {
    const simulation = await smoked({});
    await simulation.run(200_000);
    const [{ spec }] = simulation.all('Job') as unknown as readonly [Job]; // border: kept under its kind
    const findings = judgePods('security', ruleSets.security, { object: 'job', replicas: 1, pod: spec.template.spec });
    assert.deepEqual(
      findings.map(({ rule, severity }) => [rule, severity]),
      [['security/writable-root', 'low']],
    );
  });

  it('goes back when it fails, and names the Job', async () => {
    const simulation = await smoked({ job: () => 'Failed' });
    await simulation.run();
    assert.equal(simulation.status.phase, 'RolledBack');
    const [rejected] = simulation.status.revisions?.rejected ?? [];
    assert.equal(rejected?.reason, 'AnalysisFailed');
    assert.match(rejected?.message ?? '', /^Fail: smoke Job shop-smoke-\w+ failed \(Scripted\)$/);
    assert.equal(made(simulation), 1);
  });

  it('runs again after a failure that is allowed, and after an interval that is asked for', async () => {
    let runs = 0;
    const simulation = await smoked(
      {
        job: () => {
          runs = simulation.all('Job').length;
          return runs === 1 ? 'Failed' : 'Complete';
        },
      },
      { failureLimit: 1, interval: '20s' },
    );
    await simulation.run(100_000);
    const { verdict, measurements = [] } = measuredOf(simulation) ?? {};
    assert.equal(verdict, 'Pass');
    assert.isAtLeast(measurements.length, 4);
    assert.deepEqual(
      measurements.map(({ phase }) => phase),
      measurements.map((_, index) => (index === 0 ? 'Bad' : 'Good')),
    );
    assert.isAtMost(simulation.all('Job').length, 5);
  });

  it('asks a person when time is over before the Job is, and ends the Job with the delivery', async () => {
    const simulation = await smoked({ job: () => 'runs' });
    await simulation.run(150_000);
    assert.equal(measuredOf(simulation)?.verdict, 'Inconclusive');
    assert.include(simulation.status.message ?? '', 'still runs');
    assert.lengthOf(simulation.all('Job'), 1);
    simulation.annotate(annotations.abort, 'now');
    await simulation.run();
    assert.equal(simulation.status.phase, 'RolledBack');
    assert.lengthOf(simulation.all('Job'), 0);
  });

  it('ends the Job of a version that another one supersedes', async () => {
    const simulation = await smoked({ job: () => 'runs' });
    await simulation.run(30_000);
    const [before] = simulation.all('Job');
    simulation.edit(withImage('shop:3'));
    await simulation.run(30_000);
    const names = simulation.all('Job').map(({ metadata }) => metadata.name);
    assert.lengthOf(names, 1);
    assert.notInclude(names, before?.metadata.name);
  });

  it('counts a Job that somebody deleted as an error, and makes another one', async () => {
    const simulation = await smoked({ job: () => 'runs' }, { interval: '10s' });
    await simulation.run(10_000);
    simulation.meddle('Job', () => undefined);
    simulation.script = {};
    await simulation.run(70_000);
    const { measurements = [] } = measuredOf(simulation) ?? {};
    assert.deepEqual(
      measurements.slice(0, 2).map(({ phase }) => phase),
      ['Error', 'Good'],
    );
  });

  it('makes one Job whatever effect the process dies after', async () => {
    for (let effect = 1; effect <= 40; effect += 1) {
      const simulation = await smoked({});
      simulation.crashAt = simulation.effects + effect;
      await simulation.run(200_000);
      assert.lengthOf(simulation.all('Job'), 1, `crash after effect ${effect}`);
      assert.deepInclude(simulation.status.step, { name: 'pause' });
    }
  });

  it('is refused at once where the Job could never run', async () => {
    const refused = async (change: Partial<Metric>) => {
      const analysis = { metrics: [{ name: 'smoke', provider: { job }, ...change }] };
      const simulation = await new Simulation({}, aDeployment({ analysis })).run(30_000);
      assert.equal(simulation.status.phase, 'Failed');
      return simulation.status.message ?? '';
    };
    const provider = (more: object) => ({ provider: { job: { ...job, ...more } } });
    assert.include(await refused(provider({ timeout: '2h' })), 'set provider.job.timeout between 1s and 1h');
    assert.include(await refused(provider({ arguments: ['{{colour}}'] })), '{{colour}} is no template');
    assert.include(await refused({ threshold: { max: 1 } }), 'remove threshold and compare');
  });

  it('has one pod of it judged before the plan is frozen', async () => {
    const script: Script = {
      dryRun: (object) =>
        Object(object).spec.containers?.[0]?.name === 'measure'
          ? { accepted: false, message: 'no such quota' }
          : { accepted: true },
    };
    const analysis = { metrics: [{ name: 'smoke', provider: { job } }] };
    const simulation = await new Simulation(script, aDeployment({ analysis })).run(30_000);
    assert.include(simulation.status.message, 'Pod: no such quota');
  });
});
