/** Doubled midranks, so that they are whole numbers: ties share the mean of their ranks. */
export function doubledRanks(values: readonly number[]): readonly number[] {
  const order = values.map((value, index) => ({ value, index })).sort((left, right) => left.value - right.value);
  const ranks = new Array<number>(values.length).fill(0);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end + 1 < order.length && order[end + 1]?.value === order[start]?.value) end++;
    for (let place = start; place <= end; place++) {
      const index = order[place]?.index;
      if (index !== undefined) ranks[index] = start + end + 2;
    }
    start = end + 1;
  }
  return ranks;
}

/** Sizes of the groups of equal values. */
export function tieSizes(values: readonly number[]): readonly number[] {
  const sizes = new Map<number, number>();
  for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  return [...sizes.values()];
}
