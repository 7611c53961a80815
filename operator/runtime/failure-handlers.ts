import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';

export interface FailureHandlers {
  readonly unhandledRejection: (reason: unknown) => void;
  readonly uncaughtException: (error: unknown) => void;
}

/**
 * What `main.ts` hands to `process.on`: a failure nobody caught leaves the process in a state nobody knows, so it is
 * logged, counted, and the process ends with 1.
 */
export function failureHandlers(log: Log, metrics: Metrics, exit: (code: number) => void): FailureHandlers {
  const end = (kind: 'rejection' | 'exception', failure: unknown): void => {
    metrics.count('code_unhandled_failures_total', { kind });
    const error = failure instanceof Error ? failure : new Error(String(failure));
    log.error('a failure nobody caught ends the operator', { kind, error: error.message, stack: error.stack });
    exit(1);
  };
  return {
    unhandledRejection: (reason) => end('rejection', reason),
    uncaughtException: (error) => end('exception', error),
  };
}
