/** The engine's idea in TypeScript: words become numbers once, pairs are merges of sorted numbers. */
export function sameIdea(texts: readonly string[]): number[][] {
  const ids = new Map<string, number>();
  const sets = texts.map((text) => {
    const set = new Set<number>();
    for (const word of text.split(/\s+/)) {
      if (word === '') continue;
      let id = ids.get(word);
      if (id === undefined) {
        id = ids.size;
        ids.set(word, id);
      }
      set.add(id);
    }
    return Uint32Array.from(set).sort();
  });
  return sets.map((left, row) =>
    sets.slice(row).map((right, next) => {
      if (next === 0) return 1;
      return left.length === 0 || right.length === 0 ? 0 : shared(left, right) / Math.sqrt(left.length * right.length);
    }),
  );
}

function shared(left: Uint32Array, right: Uint32Array): number {
  let count = 0;
  for (let one = 0, other = 0; one < left.length && other < right.length; ) {
    const difference = (left[one] ?? 0) - (right[other] ?? 0);
    if (difference === 0) count += 1;
    if (difference <= 0) one += 1;
    if (difference >= 0) other += 1;
  }
  return count;
}
