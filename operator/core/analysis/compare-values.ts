import type { Comparison } from '../../api/generated/deployment.ts';
import type { Sample } from '../../ports/metric-source.ts';
import { lowestMannWhitney } from '../statistics/mann-whitney.ts';
import { discounted, sharedAutocorrelation, undiscounted, worthOf } from '../statistics/samples.ts';
import { shiftOf } from '../statistics/shift.ts';
import { decimal, percent, signed } from './decimal.ts';
import type { Look, Weighed } from './judgement.ts';
import { levelOf } from './level-of.ts';
import { badDirection, marginOf } from './margin-of.ts';
import { middle, testValues } from './test-values.ts';

/** The newest windows of each side: what a look costs grows with their square. */
const MOST_SAMPLES = 200;
/** Of the one-sided bounds that are shown and that a Pass needs. */
const CONFIDENCE = 0.05;
/** By rank and in the tail. */
const TESTS = 2;

/** Both sides in the same windows, turned so that more is worse. */
interface Sides {
  readonly sign: 1 | -1;
  readonly desired: readonly number[];
  readonly baseline: readonly number[];
  readonly autocorrelation: number;
}

/** Is desired worse than the baseline by more than the margin, or shown to be within it? */
export function compareValues(
  desired: readonly Sample[],
  baseline: readonly Sample[],
  compare: Comparison,
  { minSamples, look }: { readonly minSamples: number; readonly look: Look },
): Weighed {
  const sides = sidesOf(desired, baseline, badDirection(compare));
  const n = sides.desired.length;
  const r = sides.autocorrelation;
  const samples = Math.floor(worthOf(n, r));
  const discount = samples < n ? ` (${n} windows, autocorrelation ${decimal(r)})` : '';
  const counted = `${samples} of ${minSamples} samples a side${discount}`;
  if (samples < minSamples || n === 0) return { state: 'open', message: `too few samples: ${counted}`, samples };

  const level = levelOf(look, TESTS);
  const levels = levelsOf(sides);
  const atLook = `level ${decimal(level)} of look ${look.number}`;
  if (discounted(lowestMannWhitney(n, n), r) >= level) {
    return { state: 'open', message: `too few samples for ${atLook}: ${levels}, ${counted}`, samples };
  }
  const margin = marginOf(compare, Math.abs(middle(sides.baseline)));
  const tests = testValues(
    sides.desired.map((value) => value - margin),
    sides.baseline,
    r,
  );
  const p = `p ${decimal(tests.byRank)} by rank and ${decimal(tests.inTail)} in the tail`;
  const allowed = `${signed(sides.sign * margin)} allowed`;
  if (Math.min(tests.byRank, tests.inTail) < level) {
    const numbers = `${levels}, ${shiftTold(sides)}, ${allowed}, ${counted}, ${p}, ${atLook}`;
    return { state: 'worse', message: `worse by more than the margin: ${numbers}`, samples };
  }
  if (tests.within <= CONFIDENCE && tests.inTail > CONFIDENCE) {
    const numbers = `${levels}, ${shiftTold(sides)}, ${allowed}, ${counted}, ${p}`;
    return { state: 'within', message: `within the margin: ${numbers}`, samples };
  }
  const numbers = `${levels}, ${allowed}, ${counted}, ${p}, ${atLook}`;
  return { state: 'open', message: `neither worse nor shown within the margin: ${numbers}`, samples };
}

function sidesOf(desired: readonly Sample[], baseline: readonly Sample[], sign: 1 | -1): Sides {
  const times = new Set(baseline.map(({ at }) => at));
  const both = new Set(desired.flatMap(({ at }) => (times.has(at) ? [at] : [])));
  const values = (side: readonly Sample[]) =>
    side
      .filter(({ at }) => both.has(at))
      .slice(-MOST_SAMPLES)
      .map(({ value }) => sign * value);
  const [first, second] = [values(desired), values(baseline)];
  return { sign, desired: first, baseline: second, autocorrelation: sharedAutocorrelation(first, second) };
}

const levelsOf = ({ sign, desired, baseline }: Sides): string =>
  `median ${decimal(sign * middle(desired))} against ${decimal(sign * middle(baseline))}`;

/** The shift with its interval, in the metric's own direction. Dear, so it is told with a verdict only. */
function shiftTold({ sign, desired, baseline, autocorrelation: r }: Sides): string {
  const shift = shiftOf(desired, baseline, undiscounted(CONFIDENCE, r));
  if (shift === undefined) return 'no shift';
  const bounds = [sign * shift.lower, sign * shift.upper].sort((left, right) => left - right).map(signed);
  return `shift ${signed(sign * shift.estimate)} (${bounds.join(' to ')}), worse with probability ${percent(shift.probabilityWorse)}`;
}
