/** Below this the sum is quicker than the series, and the series not exact. */
const SMALL = 32;

/** ln(n!): the sum of the logarithms for small n, Stirling's series beyond (error below 1e-16 from 32 on). */
export function logFactorial(n: number): number {
  if (n < SMALL) {
    let product = 1;
    for (let factor = 2; factor <= n; factor++) product *= factor;
    return Math.log(product);
  }
  const inverse = 1 / (n * n);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))) / n;
  return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + series;
}

/** ln of the number of ways to choose `k` of `n`. */
export function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}
