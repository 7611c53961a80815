import type { MetricReading } from '../../ports/metric-source.ts';
import type { Milliseconds } from '../decision.ts';

const LONGEST_SHOWN = 100;

/**
 * The reading that one value of a JSON answer is: a number (or a decimal in a string) is a value, `{"events", "total"}` are
 * counts, and what holds no number at all is no data. Anything else is an answer of another shape: an error.
 */
export function readingOf(value: unknown, at: Milliseconds, where: string): MetricReading {
  if (value === undefined || value === null || value === '') {
    return { kind: 'no-data', message: `${where} is ${value === undefined ? 'not in the answer' : 'empty'}` };
  }
  const counts = countsOf(value);
  if (counts !== undefined) {
    return counts.total === 0
      ? { kind: 'no-data', message: `${where} counts a total of 0` }
      : { kind: 'counts', ...counts };
  }
  const number = numberOf(value);
  if (number === undefined) {
    const shown = JSON.stringify(value).slice(0, LONGEST_SHOWN);
    return { kind: 'error', message: `${where} is no number but ${shown}; point at a number`, cause: 'question' };
  }
  if (!Number.isFinite(number)) return { kind: 'no-data', message: `${where} is ${String(value)}` };
  return { kind: 'values', samples: [{ at, value: number }] };
}

/** A number as JSON, Prometheus or Go write it; `undefined` for what is none. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  if (value === 'NaN') return Number.NaN;
  if (/^[+-]?Inf$/.test(value)) return value.startsWith('-') ? -Infinity : Infinity;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : undefined;
}

function countsOf(value: unknown): { readonly events: number; readonly total: number } | undefined {
  if (value === null || typeof value !== 'object' || !('events' in value) || !('total' in value)) return undefined;
  const { events, total } = value;
  const whole = (count: unknown): count is number => Number.isSafeInteger(count) && Number(count) >= 0;
  return whole(events) && whole(total) && events <= total ? { events, total } : undefined;
}
