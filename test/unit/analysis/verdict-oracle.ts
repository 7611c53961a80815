/**
 * The verdict table once more, told by somebody else: over the history written as a word of g(ood), b(ad), n(o data) and
 * e(rror), with regular expressions instead of counts.
 */
export interface OracleRule {
  readonly limit: number;
  readonly least: number;
  readonly noData: 'wait' | 'fail' | 'pass';
  readonly over: boolean;
}

export function oracle(history: string, { limit, least, noData, over }: OracleRule): string {
  const times = (letter: string, atLeast: number) => new RegExp(`^(.*${letter}){${atLeast},}`).test(history);
  if (times('b', limit + 1)) return 'Fail!';
  if (noData === 'fail' && history.includes('n')) return 'Fail!';
  if (/eeeee$/.test(history)) return over ? 'Error!' : 'Error';
  if (times('g', least)) return over ? 'Pass!' : 'Pass';
  const measured = /[gb]/.test(history);
  if (noData === 'pass' && !measured && times('n', over ? 1 : least)) return over ? 'Skipped!' : 'Skipped';
  return over ? 'Inconclusive!' : 'Undecided';
}

/** Every word of these letters up to a length, the empty one first. */
export function words(letters: string, longest: number): readonly string[] {
  const all = [''];
  for (let start = 0, length = 1; length <= longest; length++) {
    const end = all.length;
    for (; start < end; start++) for (const letter of letters) all.push(`${all[start]}${letter}`);
  }
  return all;
}
