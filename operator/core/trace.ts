/**
 * The names of a delivery's trace. They follow from its content, so that a restart goes on in the same trace, and a span that
 * is told twice is one span to whoever collects them.
 */
import { digest } from './hash.ts';

/** 32 hexadecimal characters (W3C Trace Context). */
export function traceIdOf(uid: string, delivery: string): string {
  return digest(['trace', uid, delivery]).slice(0, 32);
}

/** 16 hexadecimal characters; the root of a trace is the span of the whole delivery. */
export function spanIdOf(traceId: string, ...name: readonly (string | number)[]): string {
  return digest(['span', traceId, ...name]).slice(0, 16);
}

export const ROOT = 'delivery';

/** What a callee puts its own spans under. */
export function traceparent(traceId: string, spanId: string): string {
  return `00-${traceId}-${spanId}-01`;
}
