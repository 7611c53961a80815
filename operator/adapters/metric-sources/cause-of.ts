import type { MetricReading } from '../../ports/metric-source.ts';

/** Who is refused or not understood asks wrongly; who is told to come back asks too early. Other answers may be about data. */
const WRONG: ReadonlySet<number> = new Set([400, 401, 403, 422]);
const BUSY: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** What a status of HTTP tells for certain of why there is no reading. */
export function causeOf(status: number): Pick<Extract<MetricReading, { readonly kind: 'error' }>, 'cause'> {
  if (WRONG.has(status)) return { cause: 'question' };
  return BUSY.has(status) ? { cause: 'unreachable' } : {};
}
