/** How well a confidence tells right from wrong. */
export interface Judged {
  readonly right: boolean;
  readonly confidence: number;
  readonly rank: number;
}

/** The probability that a right answer ranks above a wrong one; ties count half. */
export function auroc(judged: readonly Judged[]): number {
  const sorted = [...judged].sort((one, other) => one.rank - other.rank);
  let rightRanks = 0;
  for (let first = 0; first < sorted.length; ) {
    let last = first;
    while (last < sorted.length && sorted[last]?.rank === sorted[first]?.rank) last += 1;
    const middle = (first + 1 + last) / 2;
    for (let index = first; index < last; index += 1) if (sorted[index]?.right) rightRanks += middle;
    first = last;
  }
  const right = judged.filter((one) => one.right).length;
  const wrong = judged.length - right;
  return (rightRanks - (right * (right + 1)) / 2) / (right * wrong);
}

/** Expected calibration error over 15 bins of equal width. */
export function calibrationError(judged: readonly Judged[]): number {
  const bins = Array.from({ length: 15 }, () => ({ confidence: 0, right: 0, count: 0 }));
  for (const { right, confidence } of judged) {
    const bin = bins[Math.min(14, Math.floor(confidence * 15))];
    if (bin === undefined) continue;
    bin.count += 1;
    bin.confidence += confidence;
    bin.right += Number(right);
  }
  return bins.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.right), 0) / judged.length;
}

export function brier(judged: readonly Judged[]): number {
  return mean(judged.map(({ right, confidence }) => (confidence - Number(right)) ** 2));
}

export function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / Math.max(1, numbers.length);
}
