import { fisherGreater } from '../statistics/fisher.ts';
import { mannWhitneyGreater } from '../statistics/mann-whitney.ts';
import { tieSizes } from '../statistics/ranks.ts';
import { discounted } from '../statistics/samples.ts';
import { median, quantile } from '../statistics/shift.ts';

/** p-values of both sides, where more is worse. */
export interface ValueTests {
  /** That desired is worse: Mann-Whitney, one-sided. 1 where over half the values tie and ranks say little. */
  readonly byRank: number;
  /** That more of desired than of the baseline lies beyond the tail fence: Fisher. Sees spikes and spread. */
  readonly inTail: number;
  /** That desired is better: what shows that it is within the margin. 0 where no value of it exceeds the baseline. */
  readonly within: number;
}

/** The share of the baseline that lies below the tail fence. */
const FENCE = 0.9;

/**
 * Tests desired, less the margin, against the baseline. The fence is the baseline's own: desired is asked beyond fence plus
 * margin, the baseline beyond the fence, so a difference of exactly the margin is no worse in the tail either.
 */
export function testValues(
  desired: readonly number[],
  baseline: readonly number[],
  autocorrelation: number,
): ValueTests {
  const fence = quantile(baseline, FENCE);
  const beyond = (values: readonly number[]) => ({
    events: values.filter((value) => value > fence).length,
    total: values.length,
  });
  const p = (value: number) => discounted(value, autocorrelation);
  const never = Math.max(...desired) <= Math.min(...baseline);
  return {
    byRank: mostlyTied([...desired, ...baseline]) ? 1 : p(mannWhitneyGreater(desired, baseline)),
    inTail: p(fisherGreater(beyond(desired), beyond(baseline))),
    within: never ? 0 : p(mannWhitneyGreater(baseline, desired)),
  };
}

function mostlyTied(values: readonly number[]): boolean {
  const tied = tieSizes(values).reduce((sum, size) => sum + (size > 1 ? size : 0), 0);
  return tied > values.length / 2;
}

export const middle = (values: readonly number[]): number => median([...values].sort((left, right) => left - right));
