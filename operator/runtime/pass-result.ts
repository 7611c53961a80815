import type { CodeError } from '../api/errors.ts';
import type { Milliseconds } from '../core/decision.ts';

/** How one pass over one key ended, for the queue only: what users are told is in the status that the pass has written. */
export type PassResult =
  /** Nothing left to do, or the object is gone. */
  | { readonly kind: 'done' }
  /** Acted or recorded: look again at once. */
  | { readonly kind: 'again' }
  /** Only an event, or the time when it comes, can change the answer. Unix time; absent: an event only. */
  | { readonly kind: 'wait'; readonly until?: Milliseconds }
  /**
   * Waits for the user; `denied` where a policy said no: policies change without an event, so it is asked again at times, and
   * no later than `until`.
   */
  | { readonly kind: 'stuck'; readonly denied: boolean; readonly until?: Milliseconds }
  /** Tried again after a back-off, and no later than `until`. */
  | { readonly kind: 'failed'; readonly error: CodeError; readonly until?: Milliseconds };
