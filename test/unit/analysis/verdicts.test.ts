import { assert } from 'chai';
import type { Measurement, Metric } from '../../../operator/api/generated/deployment.ts';
import { judge } from '../../../operator/core/analysis/judge.ts';
import { MEASUREMENTS_KEPT, type Remembered, remember } from '../../../operator/core/analysis/remember.ts';
import { figure } from '../../support/figure.ts';
import { type OracleRule, oracle, words } from './verdict-oracle.ts';

const PHASES: Readonly<Record<string, Measurement['phase']>> = { g: 'Good', b: 'Bad', n: 'NoData', e: 'Error' };
const LONGEST = 6;
const NOW = Date.UTC(2026, 10, 25);

const measurement = (letter: string): Measurement => ({ at: '2026-11-25T00:00:00Z', phase: PHASES[letter] ?? 'Error' });

function verdictOf(history: string, { limit, least, noData, over }: OracleRule): string {
  const metric: Metric = {
    name: 'errors',
    provider: { web: { url: 'https://metrics.example/errors', pointer: '/errors' } },
    threshold: { max: 1 },
    failureLimit: limit,
    minSamples: least,
    noData,
  };
  const start: Remembered = { measurements: [], earlier: { good: 0, bad: 0 } };
  const remembered = Array.from(history, measurement).reduce(remember, start);
  const moment = { look: { number: 1, shares: 1 }, now: NOW, until: over ? NOW : NOW + 1 };
  const { verdict, final } = judge(metric, remembered, moment);
  return final ? `${verdict}!` : verdict;
}

describe('one verdict (B12)', () => {
  it(`is the oracle's for all ${words('gbne', LONGEST).length} histories to length ${LONGEST}, under every rule`, () => {
    const rules = [0, 1, 2].flatMap((limit) =>
      [1, 2, 3].flatMap((least) =>
        (['wait', 'fail', 'pass'] as const).flatMap((noData) =>
          [false, true].map((over) => ({ limit, least, noData, over })),
        ),
      ),
    );
    figure(12, `${words('gbne', LONGEST).length} histories x ${rules.length} rules, as the oracle says`);
    for (const history of words('gbne', LONGEST)) {
      for (const rule of rules) {
        const verdict = verdictOf(history, rule);
        if (verdict !== oracle(history, rule))
          assert.equal(verdict, oracle(history, rule), `${history} ${JSON.stringify(rule)}`);
      }
    }
  });

  it('does not depend on how many measurements are kept', () => {
    const rule = { limit: 1, least: 12, noData: 'wait', over: false } as const;
    assert.equal(verdictOf(`b${'g'.repeat(11)}`, rule), 'Undecided');
    assert.equal(verdictOf(`b${'g'.repeat(12)}`, rule), 'Pass');
    assert.equal(verdictOf(`b${'g'.repeat(MEASUREMENTS_KEPT)}b`, rule), 'Fail!');
  });

  it('forgives errors that end, and counts them no more', () => {
    const rule = { limit: 0, least: 1, noData: 'wait', over: false } as const;
    assert.equal(verdictOf('eeeee', rule), 'Error');
    assert.equal(verdictOf('eeeeeg', rule), 'Pass');
  });

  it('is told with the numbers it rests on', () => {
    const metric: Metric = {
      name: 'latency',
      provider: { prometheus: { query: 'x' } },
      threshold: { max: 0.5 },
      failureLimit: 1,
    };
    const measurements = Array.from('ggb', measurement);
    const desired = { kind: 'values', samples: [{ at: NOW, value: 0.62 }] } as const;
    const judgement = judge(metric, { measurements, desired }, { look: { number: 1, shares: 1 }, now: NOW });
    assert.deepEqual(judgement, {
      verdict: 'Undecided',
      final: false,
      message: 'too few good samples: 0.62 against at most 0.5, 1 bad of 1 allowed, 2 of 10 good samples',
      samples: 3,
    });
  });

  it('of Error says what the provider said', () => {
    const metric: Metric = { name: 'x', provider: { prometheus: { query: 'x' } }, threshold: { max: 1 } };
    const desired = { kind: 'error', message: 'Prometheus default answered 503' } as const;
    const evidence = { measurements: Array.from('eeeee', measurement), desired };
    const { verdict, message } = judge(metric, evidence, { look: { number: 1, shares: 1 }, now: NOW, until: NOW });
    assert.deepEqual([verdict, message], ['Error', '5 errors in a row, more than 4: Prometheus default answered 503']);
  });
});
