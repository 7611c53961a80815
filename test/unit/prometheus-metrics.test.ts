import { assert } from 'chai';
import { PrometheusMetrics } from '../../operator/adapters/metrics/prometheus-metrics.ts';
import { counters, gauges, histograms } from '../../operator/api/metrics.ts';

const linesOf = (text: string, name: string): readonly string[] =>
  text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));

describe('prometheus metrics', () => {
  it('tell every metric that is written down, and those of the process', async () => {
    const { text, contentType } = await new PrometheusMetrics().scrape();
    const told = new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name));
    const process = ['nodejs_eventloop_lag_p99_seconds', 'nodejs_heap_size_used_bytes', 'nodejs_gc_duration_seconds'];
    for (const name of [...Object.keys({ ...counters, ...gauges, ...histograms }), ...process]) {
      assert.include(told, name);
    }
    assert.match(contentType, /^text\/plain; version=0\.0\.4/);
  });

  it('add up counts, keep the last value of a gauge and sort observations into 40 buckets', async () => {
    const metrics = new PrometheusMetrics();
    const controller = { controller: 'tenant' };
    metrics.count('controller_runtime_reconcile_total', { ...controller, result: 'success' });
    metrics.count('controller_runtime_reconcile_total', { ...controller, result: 'success' }, 2);
    metrics.gauge('controller_runtime_active_workers', 4, controller);
    metrics.gauge('controller_runtime_active_workers', 3, controller);
    metrics.observe('controller_runtime_reconcile_time_seconds', 0.3, controller);
    const { text } = await metrics.scrape();
    assert.deepEqual(linesOf(text, 'controller_runtime_reconcile_total'), [
      'controller_runtime_reconcile_total{controller="tenant",result="success"} 3',
    ]);
    assert.deepEqual(linesOf(text, 'controller_runtime_active_workers'), [
      'controller_runtime_active_workers{controller="tenant"} 3',
    ]);
    const buckets = linesOf(text, 'controller_runtime_reconcile_time_seconds_bucket');
    assert.equal(buckets.length, 41, '40 buckets and +Inf');
    assert.deepEqual(
      buckets.filter((line) => /le="0\.(25|3)"/.test(line)),
      [
        'controller_runtime_reconcile_time_seconds_bucket{le="0.25",controller="tenant"} 0',
        'controller_runtime_reconcile_time_seconds_bucket{le="0.3",controller="tenant"} 1',
      ],
    );
  });

  it('of two operators in one process do not mix', async () => {
    const [one, two] = [new PrometheusMetrics(), new PrometheusMetrics()];
    one.count('code_noop_writes_total');
    assert.deepEqual(linesOf((await two.scrape()).text, 'code_noop_writes_total'), ['code_noop_writes_total 0']);
  });
});
