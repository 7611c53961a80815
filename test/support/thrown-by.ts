import { CodeError } from '../../operator/api/errors.ts';

/** The error of ours that the promise rejects with; fails where it resolves, or rejects with anything else. */
export async function thrownBy(promise: Promise<unknown>): Promise<CodeError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof CodeError) return error;
  throw new Error('expected one of our own errors', { cause: error });
}
