import type { Milliseconds } from './decision.ts';

const UNITS: Readonly<Record<string, Milliseconds>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `1h30m`, `30d` in milliseconds; `undefined` for what is no duration. */
export function parseDuration(text: string): Milliseconds | undefined {
  if (!/^(\d{1,8}(ms|s|m|h|d))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+)(ms|s|m|h|d)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ''] ?? 0),
    0,
  );
}
