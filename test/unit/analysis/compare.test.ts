import { assert } from 'chai';
import type { Metric } from '../../../operator/api/generated/deployment.ts';
import { judge } from '../../../operator/core/analysis/judge.ts';
import type { MetricReading } from '../../../operator/ports/metric-source.ts';

const NOW = Date.UTC(2026, 10, 25);
const series = (values: readonly number[]): MetricReading => ({
  kind: 'values',
  samples: values.map((value, window) => ({ at: window, value })),
});
/** So many different values around a level, in an order that does not repeat itself. */
const around = (level: number, many = 12): readonly number[] =>
  Array.from({ length: many }, (_, index) => level + ((index * 7) % many) / 100);

function told(compare: Metric['compare'] & object, desired: MetricReading, baseline: MetricReading, number = 1) {
  const metric: Metric = { name: 'x', provider: { prometheus: { query: 'x' } }, compare };
  const look = { number, shares: 1 };
  const { verdict, message, samples } = judge(metric, { measurements: [], desired, baseline }, { look, now: NOW });
  return { verdict, message, samples };
}

describe('a comparison with the baseline', () => {
  const to = 'baseline' as const;

  it('fails with what is worse by more than the margin, in numbers', () => {
    assert.deepEqual(told({ to, maxIncrease: 1 }, series(around(14)), series(around(10))), {
      verdict: 'Fail',
      message:
        'worse by more than the margin: median 14.05 against 10.05, shift +4 (+3.97 to +4.03), ' +
        'worse with probability 100 %, +1 allowed, 12 of 10 samples a side, ' +
        'p 3.698e-7 by rank and 0.00003365 in the tail, level 0.0025 of look 1',
      samples: 12,
    });
  });

  it('passes what is shown within the margin, and not what is merely not significant', () => {
    assert.equal(told({ to, maxIncrease: 1 }, series(around(10)), series(around(10))).verdict, 'Pass');
    assert.equal(told({ to, maxIncrease: 0 }, series(around(10)), series(around(10))).verdict, 'Undecided');
  });

  it('takes the bad direction from the sign of the margin', () => {
    const less = { to, maxIncrease: -1 };
    assert.equal(told(less, series(around(6)), series(around(10))).verdict, 'Fail');
    assert.equal(told(less, series(around(14)), series(around(10))).verdict, 'Pass');
  });

  it("measures a share by the baseline's level, so the bar does not rise with the harm", () => {
    const tenth = { to, maxIncreaseRatio: 0.1 };
    assert.equal(told(tenth, series(around(10.5)), series(around(10))).verdict, 'Pass');
    assert.equal(told(tenth, series(around(12)), series(around(10))).verdict, 'Fail');
    assert.equal(told(tenth, series(around(1_000)), series(around(10))).verdict, 'Fail');
  });

  it('sees spikes that ranks do not', () => {
    const spikes = around(10, 40).map((value, index) => (index % 2 === 0 ? 100 : value - 5));
    assert.equal(told({ to, maxIncrease: 1 }, series(spikes), series(around(10, 40))).verdict, 'Fail');
  });

  it('needs its least samples a side, in windows that both sides have', () => {
    const { verdict, message } = told({ to, maxIncrease: 1 }, series(around(14)), series(around(10, 9)));
    assert.deepEqual([verdict, message], ['Undecided', 'too few samples: 9 of 10 samples a side']);
  });

  it('counts a series that repeats itself for less', () => {
    const slow = Array.from({ length: 12 }, (_, index) => (index < 6 ? 10 : 11) + index / 1000);
    const { verdict, message } = told({ to, maxIncrease: 1 }, series(slow.map((value) => value + 5)), series(slow));
    assert.equal(verdict, 'Undecided');
    assert.match(message, /^too few samples: \d of 10 samples a side \(12 windows, autocorrelation 0\.\d+\)$/);
  });

  it('takes a look that cannot reach its level for no look', () => {
    const { verdict, message } = told({ to, maxIncrease: 1 }, series(around(14, 10)), series(around(10, 10)), 1_000);
    assert.equal(verdict, 'Undecided');
    assert.match(message, /^too few samples for level 4\.995e-9 of look 1000/);
  });

  it('passes a service that never fails', () => {
    const never = series(new Array(10).fill(0));
    assert.equal(told({ to, maxIncreaseRatio: 0.1 }, never, never).verdict, 'Pass');
  });

  it('judges ratios by counts', () => {
    const counts = (events: number, total: number): MetricReading => ({ kind: 'counts', events, total });
    const points = { to, maxIncrease: 0.01 };
    assert.deepEqual(told(points, counts(60, 1_000), counts(10, 1_000)), {
      verdict: 'Fail',
      message:
        'worse by more than the margin: 60 of 1000 (6 %) against 10 of 1000 (1 %), +0.05 of +0.01 allowed, ' +
        '1000 of 10 counted a side, p 0.000002833 at level 0.005 of look 1',
      samples: 1_000,
    });
    assert.equal(told(points, counts(14, 1_000), counts(10, 1_000)).verdict, 'Undecided');
    assert.equal(told(points, counts(100, 10_000), counts(100, 10_000)).verdict, 'Pass');
    assert.equal(told(points, counts(1, 5), counts(0, 5)).verdict, 'Undecided');
    const never = { to, maxIncreaseRatio: 0.1 };
    assert.equal(told(never, counts(0, 58), counts(0, 500)).verdict, 'Undecided');
    assert.equal(told(never, counts(0, 59), counts(0, 500)).verdict, 'Pass');
  });
});

describe('a ratio against its objective', () => {
  const metric = (threshold: Metric['threshold'] & object): Metric => ({
    name: 'x',
    provider: { web: { url: 'https://m.example', pointer: '/x' } },
    threshold,
  });
  const verdict = (threshold: Metric['threshold'] & object, events: number, total: number) =>
    judge(
      metric(threshold),
      { measurements: [], desired: { kind: 'counts', events, total } },
      { look: { number: 1, shares: 1 }, now: NOW },
    ).verdict;

  it('is judged by an exact binomial bound, so few requests neither fail nor pass', () => {
    const rows = [
      [15, 1_000],
      [0, 1_000],
      [1, 20],
      [0, 20],
    ] as const;
    const verdicts = rows.map(([events, total]) => verdict({ max: 0.01 }, events, total));
    assert.deepEqual(verdicts, ['Undecided', 'Pass', 'Undecided', 'Undecided']);
    assert.equal(verdict({ max: 0.01 }, 30, 1_000), 'Fail');
  });

  it('may be at least something', () => {
    assert.equal(verdict({ min: 0.99 }, 970, 1_000), 'Fail');
    assert.equal(verdict({ min: 0.99 }, 1_000, 1_000), 'Pass');
  });
});
