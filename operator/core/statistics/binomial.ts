/** ln(n!) by the sum itself, memoised per call site through a table: exact enough (1e-12) for the counts we meet. */
export function logFactorials(most: number): Float64Array {
  const table = new Float64Array(most + 1);
  for (let n = 2; n <= most; n++) table[n] = (table[n - 1] ?? 0) + Math.log(n);
  return table;
}

/**
 * Exact upper tail of the binomial distribution: P(X >= successes) of `trials` with probability `p` each.
 * @returns a probability; 1 for no successes
 */
export function binomialUpperTail(successes: number, trials: number, p: number): number {
  if (successes <= 0) return 1;
  if (successes > trials || p <= 0) return 0;
  if (p >= 1) return 1;
  const factorials = logFactorials(trials);
  const [logP, logQ] = [Math.log(p), Math.log1p(-p)];
  let sum = 0;
  for (let k = trials; k >= successes; k--) {
    const ways = (factorials[trials] ?? 0) - (factorials[k] ?? 0) - (factorials[trials - k] ?? 0);
    sum += Math.exp(ways + k * logP + (trials - k) * logQ);
  }
  return Math.min(1, sum);
}

/**
 * Exact upper confidence bound of a proportion (Clopper-Pearson, one-sided): the largest p under which so few successes
 * still have probability `alpha`.
 */
export function binomialUpperBound(successes: number, trials: number, alpha: number): number {
  if (trials === 0 || successes >= trials) return 1;
  let [low, high] = [successes / trials, 1];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (1 - binomialUpperTail(successes + 1, trials, middle) > alpha) low = middle;
    else high = middle;
  }
  return high;
}
