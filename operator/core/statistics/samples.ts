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
  const r = Math.min(0.99, Math.max(0, autocorrelation(values)));
  return (values.length * (1 - r)) / (1 + r);
}

/** The level that look `j` (from 1) may spend of a total `alpha`: alpha/(j(j+1)), whose sum over all looks is alpha. */
export function alphaOfLook(alpha: number, j: number): number {
  return alpha / (j * (j + 1));
}
