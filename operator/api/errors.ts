/**
 * Failures of the world, thrown by adapters and the transport only; the class says who must act. An expected outcome is
 * never an error: it is a value (`Decision`, `Verdict`, `Outcome`, `Parsed`).
 */

/** When the pass that failed may run again. */
export type Retry = 'now' | 'backoff' | 'never' | { readonly afterMilliseconds: number };

export abstract class CodeError extends Error {
  /** CamelCase cause, fit for a condition's reason and a metric label. */
  readonly reason: string;
  abstract readonly retry: Retry;

  constructor(reason: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.reason = reason;
  }
}

/** The user must change the object: what was asked can never work as it is written. */
export class InvalidSpec extends CodeError {
  readonly retry = 'never';
}

/** The owner of a policy or of RBAC must act: the request is understood and not allowed. */
export class Denied extends CodeError {
  readonly retry = 'never';
}

/** They must act: the API server, a tool, an expert or a provider did not do its part. */
export class Upstream extends CodeError {
  readonly retry: Retry;

  /** Told as Stalled: it was given the time that it may take. */
  readonly stalled: boolean;

  constructor(
    reason: string,
    message: string,
    options: { cause?: unknown; afterMilliseconds?: number; stalled?: boolean } = {},
  ) {
    super(reason, message, options.cause);
    this.retry = options.afterMilliseconds === undefined ? 'backoff' : { afterMilliseconds: options.afterMilliseconds };
    this.stalled = options.stalled ?? false;
  }
}

/** Nobody must act: the object changed under us; look again. */
export class Conflict extends CodeError {
  readonly retry = 'now';
}

/** Nobody must act: the work was stopped on purpose (deletion, lost lease, shutdown, deadline of the pass). */
export class Aborted extends CodeError {
  readonly retry = 'backoff';
}

/** The object named does not exist. Readers return `undefined` instead wherever absence is expected. */
export class NotFound extends CodeError {
  readonly retry = 'backoff';
}

/** We must act. */
export class Bug extends CodeError {
  readonly retry = 'backoff';
}

/** Whatever was thrown, as one of ours: anything unknown is our own fault. */
export function asCodeError(thrown: unknown): CodeError {
  if (thrown instanceof CodeError) return thrown;
  return new Bug('UnexpectedError', thrown instanceof Error ? thrown.message : String(thrown), thrown);
}
