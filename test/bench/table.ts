/** One line of what `npm run bench` prints at its end. */
export interface Row {
  readonly metric: string;
  readonly value: string;
  /** What it is compared with, measured beside it. */
  readonly peer?: string;
  readonly ratio?: number;
  readonly goal?: string;
  /** Absent where there is no goal. */
  readonly met?: boolean;
}

const HEADS = ['metric', 'value', 'peer', 'ratio', 'goal', ''] as const;

/** A row whose ratio to its peer has an upper or a lower bound. */
export function compared(
  metric: string,
  [value, peer]: readonly [number, number],
  unit: string,
  goal: { readonly atMost: number } | { readonly atLeast: number },
): Row {
  const ratio = value / peer;
  const bound = 'atMost' in goal ? `<= ${goal.atMost}` : `>= ${goal.atLeast}`;
  const met = 'atMost' in goal ? ratio <= goal.atMost : ratio >= goal.atLeast;
  return { metric, value: amount(value, unit), peer: amount(peer, unit), ratio, goal: bound, met };
}

/** A row whose value itself has an upper bound. */
export function bounded(metric: string, value: number, unit: string, atMost: number, peer?: number): Row {
  const beside = peer === undefined ? {} : { peer: amount(peer, unit), ratio: value / peer };
  return { metric, value: amount(value, unit), ...beside, goal: `<= ${amount(atMost, unit)}`, met: value <= atMost };
}

/** A row without a goal. */
export function told(metric: string, value: number, unit: string, peer?: number): Row {
  const beside = peer === undefined ? {} : { peer: amount(peer, unit), ratio: value / peer };
  return { metric, value: amount(value, unit), ...beside };
}

export function amount(value: number, unit: string): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${unit === '' ? '' : ` ${unit}`}`;
}

/** The rows as text in columns. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(({ metric, value, peer = '', ratio, goal = '', met }) => [
    metric,
    value,
    peer,
    ratio === undefined ? '' : Number.isFinite(ratio) ? `${ratio.toFixed(2)}x` : '-',
    goal,
    met === undefined ? '' : met ? 'met' : 'MISSED',
  ]);
  const lines = [HEADS, ...cells];
  const widths = HEADS.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
