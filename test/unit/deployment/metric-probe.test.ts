import { assert } from 'chai';
import type { Analysis, Metric } from '../../../operator/api/generated/deployment.ts';
import { annotations } from '../../../operator/api/names.ts';
import type { MetricReading } from '../../../operator/ports/metric-source.ts';
import { aDeployment } from './builders.ts';
import { Simulation } from './simulation.ts';

const prometheus = { prometheus: { query: 'errors{revision="{{revision}}"}' } };
const metric: Metric = { name: 'errors', provider: prometheus, threshold: { max: 1 } };
const broken = { kind: 'error', message: 'parse error', cause: 'question' } as const;
const down = { kind: 'error', message: 'could not reach Prometheus default', cause: 'unreachable' } as const;

function asked(reading: MetricReading, change: Partial<Analysis> = {}): Simulation {
  const analysis = { metrics: [metric], ...change };
  return new Simulation({ metric: () => reading }, aDeployment({ progressDeadlineSeconds: 60, analysis }));
}

const asks = ({ trace }: Simulation) => trace.filter((line) => line.includes('validate: read errors')).length;

describe('the probe of metrics', () => {
  it('asks each metric once before the plan is frozen, and takes having no data for fine', async () => {
    const simulation = await asked({ kind: 'no-data', message: 'the query gives no series' }).run(30_000);
    assert.equal(asks(simulation), 1);
    const [read = 0, frozen = 0] = ['read errors of desired', 'create ControllerRevision'].map((words) =>
      simulation.trace.findIndex((line) => line.includes(words)),
    );
    assert.isBelow(read, frozen);
  });

  it('refuses a question that is wrong, by the name of its metric, and asks it once', async () => {
    const simulation = await asked(broken).run();
    assert.equal(simulation.status.phase, 'Failed');
    assert.equal(
      simulation.status.message,
      'spec.analysis.metrics: metric errors: parse error; correct it, or set the annotation code-engine.dev/retry',
    );
    assert.equal(asks(simulation), 1);
    assert.lengthOf(simulation.all('ControllerRevision'), 0);
  });

  it('waits for a provider that is out of reach, goes on when it is back, and says why', async () => {
    const simulation = await asked(down).run(40_000);
    assert.include(simulation.status.message, 'metric errors: could not reach Prometheus default');
    assert.lengthOf(simulation.all('ControllerRevision'), 0);
    simulation.script = {};
    await simulation.run(30_000);
    assert.lengthOf(simulation.all('ControllerRevision'), 1);
  });

  it('gives up at the deadline, and asks no more by itself', async () => {
    const simulation = await asked(down).run();
    assert.equal(simulation.status.phase, 'Failed');
    assert.include(simulation.status.message, 'it was waited for 60 s');
    const before = asks(simulation);
    await simulation.run();
    assert.equal(asks(simulation), before + 1, 'somebody woke it once');
    simulation.script = {};
    simulation.annotate(annotations.retry, 'now');
    await simulation.run(30_000);
    assert.lengthOf(simulation.all('ControllerRevision'), 1);
  });

  it('holds nothing up where an error lets the delivery pass, nor for what is muted, a tool or a Job', async () => {
    const silent: readonly Metric[] = [
      { ...metric, muted: true },
      { ...metric, name: 'tool', provider: { mcp: { server: 's', tool: 't', pointer: '/n' } } },
      { name: 'job', provider: { job: { image: 'smoke:1' } } },
    ];
    for (const change of [{ onError: 'Pass' } as const, { metrics: silent }]) {
      const simulation = await asked(down, change).run(5_000);
      assert.lengthOf(simulation.all('ControllerRevision'), 1);
    }
  });
});
