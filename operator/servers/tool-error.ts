import {
  Aborted,
  asCodeError,
  Bug,
  type CodeError,
  Conflict,
  Denied,
  InvalidSpec,
  NotFound,
  Upstream,
} from '../api/errors.ts';
import type { Milliseconds } from '../core/decision.ts';

/** Why a call that was well formed did not succeed: a closed set, so that callers and metrics can switch on it. */
export type ToolErrorType =
  | 'NotConfigured'
  | 'NotFound'
  | 'Forbidden'
  | 'PolicyDenied'
  | 'ApprovalRequired'
  | 'RateLimited'
  | 'BreakerOpen'
  | 'Conflict'
  | 'Timeout'
  | 'Upstream'
  | 'TooLarge'
  | 'Unsupported'
  | 'Bug';

export interface ToolError {
  readonly type: ToolErrorType;
  readonly message: string;
  readonly retryable: boolean;
  /** Milliseconds until asking again can help. */
  readonly after?: Milliseconds;
  /** What the caller can do about it. */
  readonly remedy: string;
}

/** A failure that a tool threw, told to its caller; the words of our own bugs stay in our log. */
export function toolErrorOf(thrown: unknown): ToolError {
  const error = asCodeError(thrown);
  if (error instanceof Bug) return { type: 'Bug', message: 'the tool failed', retryable: false, remedy: 'report it' };
  return { message: error.message, ...kindOf(error) };
}

function kindOf(error: CodeError): Omit<ToolError, 'message'> {
  if (error instanceof NotFound)
    return { type: 'NotFound', retryable: false, remedy: 'check the name and the namespace' };
  if (error instanceof Denied)
    return { type: 'Forbidden', retryable: false, remedy: 'ask for the right that is missing' };
  if (error instanceof Conflict) return { type: 'Conflict', retryable: true, remedy: 'read again and repeat' };
  if (error instanceof InvalidSpec) return { type: 'Unsupported', retryable: false, remedy: 'change what was asked' };
  if (error instanceof Aborted) return { type: 'Timeout', retryable: true, remedy: 'ask for less, or again later' };
  const after =
    error instanceof Upstream && typeof error.retry === 'object' ? error.retry.afterMilliseconds : undefined;
  return { type: 'Upstream', retryable: true, remedy: 'try again later', ...(after === undefined ? {} : { after }) };
}
