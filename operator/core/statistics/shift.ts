import { mannWhitneyGreater } from './mann-whitney.ts';

/** How much higher one side is than another, in the unit of the values. */
export interface Shift {
  /** Hodges-Lehmann: the median of all differences. */
  readonly estimate: number;
  /** One-sided confidence bounds. */
  readonly lower: number;
  readonly upper: number;
  /** Probability that a value of the first side exceeds one of the second; ties count half. */
  readonly probabilityWorse: number;
}

/**
 * The Hodges-Lehmann shift of `first` over `second` with one-sided bounds: the shifts at which Mann-Whitney's test would no
 * longer tell the sides apart at `alpha` (Hodges and Lehmann 1963; Lehmann, Nonparametrics, 2.5). Undefined without values.
 */
export function shiftOf(first: readonly number[], second: readonly number[], alpha: number): Shift | undefined {
  const differences = allDifferences(first, second);
  if (differences.length === 0) return undefined;
  const tells = (worse: readonly number[], than: readonly number[]) => mannWhitneyGreater(worse, than) > alpha;
  return {
    estimate: median(differences),
    lower: boundary(differences, (shift) => tells(moved(first, -shift), second)),
    upper: -boundary(differences.map((difference) => -difference).reverse(), (shift) =>
      tells(moved(second, -shift), first),
    ),
    probabilityWorse: shareAbove(differences),
  };
}

function allDifferences(first: readonly number[], second: readonly number[]): Float64Array {
  const differences = new Float64Array(first.length * second.length);
  let place = 0;
  for (const value of first) for (const other of second) differences[place++] = value - other;
  return differences.sort();
}

function shareAbove(differences: Float64Array): number {
  let above = 0;
  for (const difference of differences) above += difference > 0 ? 1 : difference === 0 ? 0.5 : 0;
  return above / differences.length;
}

/**
 * Where the shifts begin that the data do not rule out: a p-value changes at the differences only, so it is asked between
 * them. Minus infinity where even a shift below all of them is possible.
 */
function boundary(sorted: Float64Array, possible: (shift: number) => boolean): number {
  const steps = sorted.filter((step, index) => index === 0 || step !== sorted[index - 1]);
  if (possible((steps[0] ?? 0) - 1)) return -Infinity;
  const above = (index: number): number => {
    const step = steps[index] ?? 0;
    return (step + (steps[index + 1] ?? step + 1)) / 2;
  };
  let [low, high] = [0, steps.length - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (possible(above(middle))) high = middle;
    else low = middle + 1;
  }
  return steps[low] ?? -Infinity;
}

const moved = (values: readonly number[], by: number): readonly number[] => values.map((value) => value + by);

export function median(sorted: readonly number[] | Float64Array): number {
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : (high + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** The value below which lies the share `p` of the values, interpolated (Hyndman and Fan type 7). */
export function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  const place = p * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}
