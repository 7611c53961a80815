/**
 * The original's algorithm as it stands: every text is tokenised again for every pair, and whoever is like the first of a
 * group joins it. Rows begin at the diagonal, as the original computes only the upper half.
 */
export function originalCompare(texts: readonly string[]): number[][] {
  const rows = texts.map((left, row) => texts.slice(row).map((right, next) => (next === 0 ? 1 : cosine(left, right))));
  greedyClusters(rows, 0.7);
  return rows;
}

function cosine(left: string, right: string): number {
  const one = new Set(words(left));
  const other = new Set(words(right));
  if (one.size === 0 || other.size === 0) return 0;
  const vocabulary = [...new Set([...one, ...other])];
  const first = vocabulary.map((word) => (one.has(word) ? 1 : 0));
  const second = vocabulary.map((word) => (other.has(word) ? 1 : 0));
  const dot = first.reduce<number>((sum, value, index) => sum + value * (second[index] ?? 0), 0);
  const length = (row: readonly number[]) => Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  return dot / (length(first) * length(second));
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** Whoever is like the first of a group joins it. */
function greedyClusters(rows: readonly (readonly number[])[], threshold: number): number[][] {
  const seen = new Set<number>();
  const found: number[][] = [];
  rows.forEach((row, first) => {
    if (seen.has(first)) return;
    const near = row.flatMap((similarity, next) =>
      !seen.has(first + next) && (next === 0 || similarity >= threshold) ? [first + next] : [],
    );
    for (const member of near) seen.add(member);
    found.push(near);
  });
  return found;
}
