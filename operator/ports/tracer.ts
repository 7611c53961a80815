import type { Span } from '../core/told-spans.ts';

/** Where finished spans go. Never awaited and never fails: what cannot be delivered is dropped and counted. */
export interface Tracer {
  tell(spans: readonly Span[]): void;
  /** Sends what is left; resolves at the latest after five seconds. */
  close(): Promise<void>;
}
