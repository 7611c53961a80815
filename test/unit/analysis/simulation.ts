/**
 * Labelled deliveries of a metric: six kinds of data, each once with a revision that is no worse than the margin allows and
 * once with one that is worse by a stated effect. A look is taken at every window, as an operator would.
 */
import type { Metric } from '../../../operator/api/generated/deployment.ts';
import { judge } from '../../../operator/core/analysis/judge.ts';
import type { MetricVerdict } from '../../../operator/core/analysis/judgement.ts';
import { lookNumber } from '../../../operator/core/analysis/look-number.ts';
import { metricRule } from '../../../operator/core/analysis/metric-rule.ts';
import type { MetricReading } from '../../../operator/ports/metric-source.ts';
import type { Random } from '../../../operator/ports/random.ts';
import { seededRandom } from '../../support/seeded-random.ts';

/** What desired and baseline measure in each window. */
type World = (random: Random) => { readonly desired: MetricSeries; readonly baseline: MetricSeries };
interface MetricSeries {
  readonly until: (windows: number) => MetricReading;
}

export interface Simulation {
  readonly name: string;
  /** The effect of the bad revision, in words. */
  readonly effect: string;
  readonly metric: Metric;
  readonly good: World;
  readonly bad: World;
}

/** Windows a step lasts. */
export const WINDOWS = 60;
/** Metrics and steps that share the delivery's level: one is hardest for a good revision, four are harder for a bad one. */
const SHARES = { good: 1, bad: 4 } as const;
const INTERVAL = 30_000;

export interface Outcome {
  /** Of runs with a good revision. */
  readonly falseAborts: number;
  /** Of runs with a bad revision: Fail before any Pass. */
  readonly detected: number;
}

export interface Runs {
  readonly runs: number;
  /** Of the first run; the next one has the next. */
  readonly seed: number;
  /** Windows that a good revision is looked at. */
  readonly windows: number;
}

/** How many of so many deliveries are aborted for nothing, and how many bad ones are found. */
export function simulate({ metric, good, bad }: Simulation, { runs, seed, windows }: Runs): Outcome {
  let [aborted, detected] = [0, 0];
  for (let run = seed; run < seed + runs; run++) {
    const kept = { shares: SHARES.good, windows, ends: ['Fail'] } as const;
    const left = { shares: SHARES.bad, windows: WINDOWS, ends: ['Fail', 'Pass'] } as const;
    if (verdictOf(metric, good(seededRandom(run)), kept) === 'Fail') aborted++;
    if (verdictOf(metric, bad(seededRandom(run)), left) === 'Fail') detected++;
  }
  return { falseAborts: aborted / runs, detected: detected / runs };
}

/** The first of these verdicts at any look, or the last verdict. */
function verdictOf(
  metric: Metric,
  { desired, baseline }: ReturnType<World>,
  step: { readonly shares: number; readonly windows: number; readonly ends: readonly MetricVerdict[] },
): MetricVerdict {
  const rule = metricRule(metric);
  let verdict: MetricVerdict = 'Undecided';
  for (let windows = 1; windows <= step.windows; windows++) {
    const now = windows * INTERVAL;
    const number = lookNumber(0, now, rule);
    if (number === 0) continue;
    const evidence = { measurements: [], desired: desired.until(windows), baseline: baseline.until(windows) };
    ({ verdict } = judge(metric, evidence, { look: { number, shares: step.shares }, now }));
    if (step.ends.includes(verdict)) return verdict;
  }
  return verdict;
}

const SERIES: Metric['provider'] = { prometheus: { query: 'simulated' } };
const COUNTS: Metric['provider'] = { mcp: { server: 'simulated', tool: 'count', pointer: '/errors' } };

const metric = (compare: Partial<Metric['compare'] & object>, provider = SERIES): Metric => ({
  name: 'simulated',
  provider,
  interval: '30s',
  compare: { to: 'baseline', ...compare },
});

function values(draw: () => number): MetricSeries {
  const samples = Array.from({ length: WINDOWS }, (_, window) => ({ at: (window + 1) * INTERVAL, value: draw() }));
  return { until: (windows) => ({ kind: 'values', samples: samples.slice(0, windows) }) };
}

/** So many requests a window, each of which fails with a probability. */
function requests(random: Random, aWindow: number, failing: number): MetricSeries {
  const events = Array.from({ length: WINDOWS }, () => {
    let count = 0;
    for (let request = 0; request < aWindow; request++) if (random() < failing) count++;
    return count;
  });
  const sum = (windows: number) => events.slice(0, windows).reduce((total, count) => total + count, 0);
  return { until: (windows) => ({ kind: 'counts', events: sum(windows), total: windows * aWindow }) };
}

const normal = (random: Random) => (mean: number, deviation: number) =>
  mean + deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** First-order autoregression with unit variance. */
function autoregression(random: Random, r: number): () => number {
  const draw = normal(random);
  let last = draw(0, 1);
  return () => {
    last = r * last + Math.sqrt(1 - r * r) * draw(0, 1);
    return last;
  };
}

const gaussian =
  (shift: number): World =>
  (random) => {
    const draw = normal(random);
    return { desired: values(() => draw(100 + shift, 10)), baseline: values(() => draw(100, 10)) };
  };

const spiky =
  (share: number): World =>
  (random) => {
    const draw = normal(random);
    const spike = (often: number) => (random() < often ? 60 : 0);
    return {
      desired: values(() => draw(100, 10) + spike(share)),
      baseline: values(() => draw(100, 10) + spike(0.05)),
    };
  };

const sparse =
  (share: number): World =>
  (random) => {
    const draw = (often: number) => () => (random() < often ? 1 + Math.floor(random() * 3) : 0);
    return { desired: values(draw(share)), baseline: values(draw(0.05)) };
  };

const repeating =
  (shift: number): World =>
  (random) => {
    const [desired, baseline] = [autoregression(random, 0.5), autoregression(random, 0.5)];
    return { desired: values(() => 100 + shift + 10 * desired()), baseline: values(() => 100 + 10 * baseline()) };
  };

const few =
  (failing: number): World =>
  (random) => ({ desired: requests(random, 3, failing), baseline: requests(random, 3, 0.02) });

export const simulations: readonly Simulation[] = [
  {
    name: 'null',
    effect: 'shift of 3 deviations',
    metric: metric({ maxIncrease: 5 }),
    good: gaussian(0),
    bad: gaussian(30),
  },
  {
    name: 'shift',
    effect: 'shift of 2 deviations, good by exactly the margin',
    metric: metric({ maxIncrease: 5 }),
    good: gaussian(5),
    bad: gaussian(20),
  },
  {
    name: 'spread',
    effect: '70 % spikes of 6 deviations',
    metric: metric({ maxIncreaseRatio: 0.05 }),
    good: spiky(0.05),
    bad: spiky(0.7),
  },
  {
    name: 'sparse',
    effect: '70 % of windows with errors instead of 5 %',
    metric: metric({ maxIncrease: 0.5 }),
    good: sparse(0.05),
    bad: sparse(0.7),
  },
  {
    name: 'autocorrelated',
    effect: 'shift of 4 deviations at r = 0.5',
    metric: metric({ maxIncrease: 5 }),
    good: repeating(0),
    bad: repeating(40),
  },
  {
    name: 'low traffic',
    effect: '30 % of 3 requests a window fail instead of 2 %',
    metric: metric({ maxIncrease: 0.01 }, COUNTS),
    good: few(0.02),
    bad: few(0.3),
  },
];
