import type { Measurement } from '../../api/generated/deployment.ts';
import type { Tally } from './weigh-threshold.ts';

/** Measurements that status keeps of a metric. */
export const MEASUREMENTS_KEPT = 10;

export interface Remembered {
  readonly measurements: readonly Measurement[];
  /** Good and bad ones that are no longer kept. */
  readonly earlier: Tally;
}

/** The measurements with one more; what falls out of the list is counted, so no verdict depends on its length. */
export function remember({ measurements, earlier }: Remembered, added: Measurement): Remembered {
  const all = [...measurements, added];
  const gone = all.slice(0, Math.max(0, all.length - MEASUREMENTS_KEPT));
  const count = (phase: Measurement['phase']) => gone.filter((measurement) => measurement.phase === phase).length;
  return {
    measurements: all.slice(-MEASUREMENTS_KEPT),
    earlier: { good: earlier.good + count('Good'), bad: earlier.bad + count('Bad') },
  };
}
