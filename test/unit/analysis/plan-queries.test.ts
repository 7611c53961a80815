import { assert } from 'chai';
import type { Metric } from '../../../operator/api/generated/deployment.ts';
import { lookNumber } from '../../../operator/core/analysis/look-number.ts';
import { planQueries } from '../../../operator/core/analysis/plan-queries.ts';
import type { MetricQuery } from '../../../operator/ports/metric-source.ts';

const START = Date.UTC(2026, 10, 25);
const SECOND = 1_000;
const desired = { name: 'shop', namespace: 'acme', revision: 'new', pods: 'shop-new-.....' };
const baseline = { ...desired, revision: 'old', pods: 'shop-old-.....' };
const at = (seconds: number) => ({ startedAt: START, now: START + seconds * SECOND });
const metric = (more: Partial<Metric>): Metric => ({
  name: 'errors',
  provider: { prometheus: { query: 'errors{rev="{{revision}}"}' } },
  interval: '15s',
  ...more,
});

describe('the questions of one look', () => {
  it('are one for a threshold, at the moment of the look', () => {
    assert.deepEqual(planQueries(metric({ threshold: { max: 1 } }), { desired }, at(20)), {
      ok: true,
      value: [
        {
          metric: 'errors',
          side: 'desired',
          query: { kind: 'prometheus', server: 'default', query: 'errors{rev="new"}', at: START + 20 * SECOND },
        },
      ],
    });
  });

  it('are two for a comparison, over the same windows since the start', () => {
    const planned = planQueries(metric({ compare: { to: 'baseline', maxIncrease: 1 } }), { desired, baseline }, at(50));
    const windows = { from: START + 15 * SECOND, to: START + 45 * SECOND, every: 15 * SECOND };
    const query = (rev: string): MetricQuery => ({
      kind: 'prometheus-range',
      server: 'default',
      query: `errors{rev="${rev}"}`,
      ...windows,
    });
    assert.deepEqual(planned, {
      ok: true,
      value: [
        { metric: 'errors', side: 'desired', query: query('new') },
        { metric: 'errors', side: 'baseline', query: query('old') },
      ],
    });
  });

  it('go no further back than the range that was asked for', () => {
    const ranged = metric({ provider: { prometheus: { query: 'errors', range: '1m' } }, threshold: { max: 1 } });
    const planned = planQueries(ranged, { desired }, at(600));
    assert.deepInclude(planned.ok ? planned.value[0]?.query : {}, {
      from: START + 555 * SECOND,
      to: START + 600 * SECOND,
    });
  });

  it('name the Secret of their headers, and never what it holds', () => {
    const web = { url: 'https://metrics.example', pointer: '/x', headersSecret: 'token' };
    const planned = planQueries(metric({ provider: { web }, threshold: { max: 1 } }), { desired }, at(20));
    assert.deepInclude(planned.ok ? planned.value[0]?.query : {}, { kind: 'web', ...web });
  });

  it('are refused in words where they cannot be asked', () => {
    const words = (more: Partial<Metric>) => {
      const planned = planQueries(metric(more), { desired }, at(20));
      return planned.ok ? '' : planned.message;
    };
    assert.deepEqual(
      [
        words({ compare: { to: 'baseline', maxIncrease: 1 } }),
        words({ provider: { anomaly: { query: 'errors' } } }),
        words({ provider: { prometheus: { query: '{{pod}}' } }, threshold: { max: 1 } }),
      ],
      [
        'metric errors compares, and nothing serves yet; set threshold instead',
        'metric errors: NotSupportedYet: anomaly metrics are not read yet; use prometheus with compare',
        'metric errors: {{pod}} is no template of a query; use {{name}}, {{namespace}}, {{revision}}, {{pods}}, {{service}}',
      ],
    );
  });
});

describe('the number of a look', () => {
  it('counts from the first at which there can be enough windows, by the clock alone', () => {
    const rule = { interval: 15 * SECOND, minSamples: 4, series: true };
    const numbers = [0, 59, 60, 74, 75, 600].map((seconds) => lookNumber(START, START + seconds * SECOND, rule));
    assert.deepEqual(numbers, [0, 0, 1, 1, 2, 37]);
  });

  it('counts from the start where a single answer may hold enough', () => {
    const rule = { interval: 15 * SECOND, minSamples: 1_000, series: false };
    assert.deepEqual([lookNumber(START, START, rule), lookNumber(START, START + 16 * SECOND, rule)], [1, 2]);
  });
});
