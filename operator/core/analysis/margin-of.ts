import type { Comparison } from '../../api/generated/deployment.ts';

/** 1 where more is worse, -1 where less is: the sign of the increase that is still good. */
export function badDirection({ maxIncrease, maxIncreaseRatio }: Comparison): 1 | -1 {
  return (maxIncrease ?? maxIncreaseRatio ?? 0) < 0 ? -1 : 1;
}

/**
 * How much worse is still good, in the metric's unit: fixed by the rule and the baseline's level alone. Taken from desired
 * or from the difference, the bar would rise with the harm (KY#780).
 */
export function marginOf({ maxIncrease, maxIncreaseRatio }: Comparison, baselineLevel: number): number {
  return maxIncrease === undefined ? Math.abs(maxIncreaseRatio ?? 0) * baselineLevel : Math.abs(maxIncrease);
}
