import { assert } from 'chai';
import { fetchFrom } from '../../operator/adapters/fetch-from.ts';
import { metricSources } from '../../operator/adapters/metric-sources/index.ts';
import type { Metric } from '../../operator/api/generated/deployment.ts';
import { judge } from '../../operator/core/analysis/judge.ts';
import type { Judgement } from '../../operator/core/analysis/judgement.ts';
import { lookNumber } from '../../operator/core/analysis/look-number.ts';
import { metricRule } from '../../operator/core/analysis/metric-rule.ts';
import { planQueries } from '../../operator/core/analysis/plan-queries.ts';
import type { MetricReading, PrometheusRangeQuery } from '../../operator/ports/metric-source.ts';
import { type PrometheusPeer, startPrometheus } from '../support/prometheus.ts';
import { until } from '../support/until.ts';

const METRIC: Metric = {
  name: 'latency',
  provider: { prometheus: { query: 'latency{app="{{name}}",revision="{{revision}}"}' } },
  interval: '1s',
  minSamples: 7,
  compare: { to: 'baseline', maxIncrease: 0.05 },
};

describe('a canary judged on a live Prometheus', function () {
  // The first run builds it.
  this.timeout(30 * 60_000);
  let prometheus: PrometheusPeer;
  let scrapes = 0;

  before(async () => {
    prometheus = await startPrometheus(() => {
      scrapes += 1;
      const jitter = ((scrapes * 7) % 13) / 1_000;
      return [
        ['old', 0.2 + jitter],
        ['good', 0.2 + ((scrapes * 5) % 13) / 1_000],
        ['bad', 0.4 + jitter],
      ]
        .map(([revision, value]) => `latency{app="shop",revision="${revision}"} ${value}`)
        .join('\n');
    });
    await until('it was scraped', 20_000, () => scrapes > 5);
  });
  after(() => prometheus.stop());

  /** Looks until there is a verdict, as the delivery's passes do. */
  async function verdictOf(revision: string): Promise<Judgement> {
    const doors = { servers: new Map([['default', prometheus.url]]), fetch: fetchFrom([prometheus.url]) };
    const sources = metricSources({
      prometheus: doors,
      web: fetch,
      tools: { call: () => Promise.reject(new Error()) },
    });
    const facts = (of: string) => ({ name: 'shop', namespace: 'acme', revision: of, pods: `shop-${of}-.....` });
    const startedAt = Date.now();
    const context = { as: { kind: 'operator' }, timeout: 5_000, signal: new AbortController().signal } as const;
    return until(`there was a verdict on ${revision}`, 30_000, async () => {
      const now = Date.now();
      const sides = { desired: facts(revision), baseline: facts('old') };
      const planned = planQueries(METRIC, sides, { startedAt, now });
      if (!planned.ok) throw new Error(planned.message);
      const readings: MetricReading[] = [];
      for (const { query } of planned.value) {
        // A comparison of Prometheus is asked by ranges only.
        readings.push(await sources['prometheus-range'].read(query as PrometheusRangeQuery, context));
      }
      const [desired, baseline] = readings;
      const look = { number: lookNumber(startedAt, now, metricRule(METRIC)), shares: 1 };
      const evidence = { measurements: [], ...(desired && { desired }), ...(baseline && { baseline }) };
      const judgement = judge(METRIC, evidence, { look, now });
      return judgement.verdict !== 'Undecided' && judgement;
    });
  }

  it('passes when it is as good as what serves, and fails when it is slower, each with its numbers', async () => {
    const [good, bad] = await Promise.all([verdictOf('good'), verdictOf('bad')]);
    assert.equal(good.verdict, 'Pass', good.message);
    assert.equal(bad.verdict, 'Fail', bad.message);
    assert.match(
      bad.message,
      /^worse by more than the margin: median 0\.40?\d* against 0\.20?\d*, shift \+0\.[12]\d* .*\+0\.05 allowed, \d+ of 7 samples a side/,
    );
  });
});
