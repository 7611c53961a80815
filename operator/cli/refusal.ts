import { type CodeError, Conflict, Denied, InvalidSpec, NotFound } from '../api/errors.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/** What an admission policy said, behind the names of the policy and its binding. */
const ADMISSION = /ValidatingAdmissionPolicy '[^']+' with binding '[^']+' denied request: (.*)$/s;
const FORBIDDEN =
  /User "([^"]+)" cannot (\S+) resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]+)")?/;

/** An error as one sentence for whoever typed the command: the cause first, then what to do, without the API's wrapping. */
export function refusalOf(error: CodeError): { readonly message: string; readonly code: ExitCode } {
  if (error.reason === 'Unauthorized') {
    const message =
      'the cluster does not accept the credentials of this context: log in again, or name another --context';
    return { message, code: exitCodes.unreachable };
  }
  if (error instanceof Denied) return { message: plainly(error.message), code: exitCodes.refused };
  if (error.reason === 'TestFailed') {
    return { message: 'the object changed while you looked: run the command again', code: exitCodes.refused };
  }
  const ours = error.reason === 'KubeconfigUnreadable' || error.reason === 'ContextUnknown';
  const asked = error instanceof NotFound || error instanceof Conflict || error instanceof InvalidSpec;
  return { message: plainly(error.message), code: asked && !ours ? exitCodes.refused : exitCodes.unreachable };
}

/** The API server's words for a missing right or a refused change, without what only a machine needs. */
export function plainly(message: string): string {
  const admitted = ADMISSION.exec(message)?.[1];
  if (admitted !== undefined) return `the cluster refused it: ${admitted}`;
  const [, user, verb, resource, group, namespace] = FORBIDDEN.exec(message) ?? [];
  if (user === undefined) return message;
  const where = namespace === undefined ? 'in the cluster' : `in namespace ${namespace}`;
  const what = group === '' ? resource : `${resource}.${group}`;
  return `you (${user}) may not ${verb} ${what} ${where}: ask for a role that grants it`;
}
