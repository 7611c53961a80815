import { normalQuantile, normalUpperTail } from './normal.ts';

/** Lag-1 autocorrelation; 0 for fewer than three values or a constant series. */
export function autocorrelation(values: readonly number[]): number {
  const n = values.length;
  if (n < 3) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  if (variance === 0) return 0;
  const covariance = values
    .slice(1)
    .reduce((sum, value, index) => sum + (value - mean) * ((values[index] ?? mean) - mean), 0);
  return covariance / variance;
}

/**
 * How many independent samples a series is worth: n(1-r)/(1+r) for a positive lag-1 autocorrelation r, at most n
 * (first-order autoregression).
 */
export function effectiveSamples(values: readonly number[]): number {
  return worthOf(values.length, Math.min(0.99, Math.max(0, autocorrelation(values))));
}

/** The level that look `j` (from 1) may spend of a total `alpha`: alpha/(j(j+1)), whose sum over all looks is alpha. */
export function alphaOfLook(alpha: number, j: number): number {
  return alpha / (j * (j + 1));
}

/**
 * Lag-1 autocorrelation of two sides that are measured alike: the mean of both, freed of what few values take from it
 * (Kendall 1954: about (1+4r)/n), and never negative, as more than n samples are in no series.
 */
export function sharedAutocorrelation(first: readonly number[], second: readonly number[]): number {
  const of = (values: readonly number[]) => {
    const r = autocorrelation(values);
    const constant = values.every((value) => value === values[0]);
    return values.length < 3 || constant ? 0 : r + (1 + 4 * r) / values.length;
  };
  return Math.min(0.99, Math.max(0, (of(first) + of(second)) / 2));
}

/** How many independent samples `n` are worth at autocorrelation `r`. */
export const worthOf = (n: number, r: number): number => (n * (1 - r)) / (1 + r);

/**
 * A p-value as it is with the samples' worth in the place of their number: the variance of ranks and shares grows by
 * (1+r)/(1-r), so its normal deviate shrinks by the root of that.
 */
export function discounted(p: number, r: number): number {
  if (r <= 0 || p >= 0.5 || p <= 0) return p;
  return normalUpperTail(normalQuantile(p) * Math.sqrt(worthOf(1, r)));
}

/** The p-value that is `p` after the discount: the level to ask of a test that knows nothing of autocorrelation. */
export function undiscounted(p: number, r: number): number {
  if (r <= 0 || p >= 0.5 || p <= 0) return p;
  return normalUpperTail(normalQuantile(p) / Math.sqrt(worthOf(1, r)));
}
