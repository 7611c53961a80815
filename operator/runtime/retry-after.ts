import type { Milliseconds } from '../core/decision.ts';

/** How long the reply asks to wait, in seconds or until a date; `undefined` where it does not ask. */
export function retryAfterOf(headers: Readonly<Record<string, string>>, now: Milliseconds): Milliseconds | undefined {
  const value = headers['retry-after']?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
