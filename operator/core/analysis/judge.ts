import type { Measurement, Metric } from '../../api/generated/deployment.ts';
import type { MetricReading } from '../../ports/metric-source.ts';
import type { Milliseconds } from '../decision.ts';
import { compareCounts } from './compare-counts.ts';
import { compareValues } from './compare-values.ts';
import { decimal } from './decimal.ts';
import type { Judgement, Look, Weighed } from './judgement.ts';
import { type MetricRule, metricRule } from './metric-rule.ts';
import { isWithin, type Tally, toldThreshold, weighCounts, weighTally } from './weigh-threshold.ts';

/** More errors in a row than this are the verdict Error. */
const ERRORS_ENDURED = 4;
/** Empty answers after which a metric with noData `pass` is Skipped; at most those that status keeps. */
const MOST_EMPTY_ANSWERS = 10;

/** Characters that status keeps of a verdict. */
const MOST_TOLD = 512;

/** What is known of a metric in one strategy step. */
export interface Evidence {
  /** The measurements kept, oldest first; the last is of the newest look. */
  readonly measurements: readonly Measurement[];
  /** Measurements of this step that are no longer kept. */
  readonly earlier?: Tally;
  /** What the newest look read, whole; needed where a look is a series or counts. */
  readonly desired?: MetricReading;
  readonly baseline?: MetricReading;
}

export interface Moment {
  readonly look: Look;
  readonly now: Milliseconds;
  /** When time is over: the end of the step's `for`, or its deadline. Absent: not in sight. */
  readonly until?: Milliseconds;
}

/** The verdict table of delivery.md section 4, of one metric. */
export function judge(metric: Metric, evidence: Evidence, { look, now, until }: Moment): Judgement {
  const rule = metricRule(metric);
  const over = until !== undefined && now >= until;
  const seen = countPhases(evidence.measurements);
  const weighed = weigh(metric, rule, evidence, look);
  const judgement = (verdict: Judgement['verdict'], final: boolean, message: string): Judgement => ({
    verdict,
    final,
    message: message.length > MOST_TOLD ? `${message.slice(0, MOST_TOLD - 1)}…` : message,
    samples: weighed.samples,
  });

  if (weighed.state === 'worse') return judgement('Fail', true, weighed.message);
  if (rule.noData === 'fail' && seen.noData > 0) return judgement('Fail', true, emptyAnswers(seen.noData, 'fail'));
  if (seen.errorsAtEnd > ERRORS_ENDURED) {
    const said = evidence.desired?.kind === 'error' ? evidence.desired : evidence.baseline;
    const why = said?.kind === 'error' ? `: ${said.message}` : '';
    return judgement('Error', over, `${seen.errorsAtEnd} errors in a row, more than ${ERRORS_ENDURED}${why}`);
  }
  if (weighed.state === 'within') return judgement('Pass', over, weighed.message);
  const nothing = seen.good + seen.bad + (evidence.earlier?.good ?? 0) + (evidence.earlier?.bad ?? 0) === 0;
  const emptyEnough = over || seen.noData >= Math.min(rule.minSamples, MOST_EMPTY_ANSWERS);
  if (rule.noData === 'pass' && nothing && seen.noData > 0 && emptyEnough) {
    return judgement('Skipped', over, emptyAnswers(seen.noData, 'pass'));
  }
  const message = `${weighed.message}${troubles(evidence)}`;
  return over ? judgement('Inconclusive', true, `time is over: ${message}`) : judgement('Undecided', false, message);
}

function weigh(metric: Metric, rule: MetricRule, evidence: Evidence, look: Look): Weighed {
  const { threshold = {}, compare } = metric;
  const { desired, baseline } = evidence;
  const { minSamples } = rule;
  if (compare !== undefined) {
    if (desired?.kind === 'values' && baseline?.kind === 'values')
      return compareValues(desired.samples, baseline.samples, compare, { minSamples, look });
    if (desired?.kind === 'counts' && baseline?.kind === 'counts')
      return compareCounts(desired, baseline, compare, { minSamples, look });
    return { state: 'open', message: `nothing to compare: 0 of ${minSamples} samples a side`, samples: 0 };
  }
  if (desired?.kind === 'counts') return weighCounts(desired, threshold, { minSamples, look });
  const last = desired?.kind === 'values' ? desired.samples.at(-1)?.value : undefined;
  const what = last === undefined ? '' : `${decimal(last)} against ${toldThreshold(threshold)}, `;
  if (!rule.series) return weighTally(tallyOf(evidence), what, rule);
  const values = desired?.kind === 'values' ? desired.samples : [];
  const good = values.filter(({ value }) => isWithin(value, threshold)).length;
  return weighTally({ good, bad: values.length - good }, what, rule);
}

function tallyOf({ measurements, earlier = { good: 0, bad: 0 } }: Evidence): Tally {
  const { good, bad } = countPhases(measurements);
  return { good: earlier.good + good, bad: earlier.bad + bad };
}

function countPhases(measurements: readonly Measurement[]) {
  const count = (phase: Measurement['phase']) =>
    measurements.filter((measurement) => measurement.phase === phase).length;
  const lastAnswer = measurements.findLastIndex(({ phase }) => phase !== 'Error');
  return {
    good: count('Good'),
    bad: count('Bad'),
    noData: count('NoData'),
    errorsAtEnd: measurements.length - 1 - lastAnswer,
  };
}

const emptyAnswers = (times: number, rule: 'fail' | 'pass'): string =>
  `no data in ${times === 1 ? 'one answer' : `${times} answers`}, and noData is ${rule}`;

/** What kept the newest look from counting. */
function troubles({ desired, baseline }: Evidence): string {
  const sides = [
    ['desired', desired],
    ['the baseline', baseline],
  ] as const;
  return sides
    .map(([side, reading]) => {
      if (reading?.kind !== 'no-data' && reading?.kind !== 'error') return '';
      return `; ${reading.kind === 'error' ? 'an error' : 'no data'} of ${side}: ${reading.message}`;
    })
    .join('');
}
