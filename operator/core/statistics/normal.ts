/** Upper tail of the standard normal distribution (Abramowitz and Stegun 7.1.26 sharpened by a continued fraction). */
export function normalUpperTail(z: number): number {
  if (z < 0) return 1 - normalUpperTail(-z);
  if (z > 38) return 0;
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 3) return 0.5 - density * series(z);
  return density / fraction(z);
}

/** Phi(z) - 1/2 over the density: z + z^3/3 + z^5/15 + ... (A&S 26.2.11). */
function series(z: number): number {
  let [term, sum] = [z, z];
  for (let n = 3; term > sum * 1e-17; n += 2) {
    term *= (z * z) / n;
    sum += term;
  }
  return sum;
}

/** z + 1/(z + 2/(z + 3/(...))) from behind (A&S 26.2.14). */
function fraction(z: number): number {
  let value = z;
  for (let n = 60; n >= 1; n--) value = z + n / value;
  return value;
}

/** The z above which lies `tail` of the standard normal distribution, by bisection. */
export function normalQuantile(tail: number): number {
  let [low, high] = [-40, 40];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (normalUpperTail(middle) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
