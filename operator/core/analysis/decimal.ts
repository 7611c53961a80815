/** A number for people: four significant digits, no exponent where it can be read without. */
export function decimal(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'unbounded' : value < 0 ? '-unbounded' : 'unknown';
  return String(Number(value.toPrecision(4)));
}

/** The same with its sign, for a change. */
export const signed = (value: number): string => (value > 0 ? `+${decimal(value)}` : decimal(value));

export const percent = (share: number): string => `${decimal(share * 100)} %`;
