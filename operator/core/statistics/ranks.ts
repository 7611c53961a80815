/** Doubled midranks, so that they are whole numbers: ties share the mean of their ranks. */
export function doubledRanks(values: readonly number[]): readonly number[] {
  const order = Uint32Array.from(values.keys()).sort((left, right) => (values[left] ?? 0) - (values[right] ?? 0));
  const ranks = new Array<number>(values.length).fill(0);
  for (let start = 0; start < order.length; ) {
    const value = values[order[start] ?? 0];
    let end = start;
    while (end + 1 < order.length && values[order[end + 1] ?? 0] === value) end++;
    for (let place = start; place <= end; place++) ranks[order[place] ?? 0] = start + end + 2;
    start = end + 1;
  }
  return ranks;
}

/** Sizes of the groups of equal values. */
export function tieSizes(values: readonly number[]): readonly number[] {
  const sorted = Float64Array.from(values).sort();
  const sizes: number[] = [];
  for (let start = 0; start < sorted.length; ) {
    let end = start + 1;
    while (end < sorted.length && sorted[end] === sorted[start]) end++;
    sizes.push(end - start);
    start = end;
  }
  return sizes;
}
