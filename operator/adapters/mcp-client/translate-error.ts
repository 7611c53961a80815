import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError, UnauthorizedError } from '@modelcontextprotocol/client';
import { Aborted, CodeError, Denied, InvalidSpec, Upstream } from '../../api/errors.ts';

/** Codes of JSON-RPC and of MCP 2026-07-28. */
const INVALID_PARAMS = -32602;
const INCOMPATIBLE: ReadonlyMap<number, string> = new Map([
  [-32601, 'it does not offer tools'],
  [-32020, 'headers and body of our request disagree'],
  [-32021, 'it asks for a capability that this client lacks'],
  [-32022, 'it speaks none of our protocol versions'],
]);

/** Whatever the SDK threw, as one of our errors: the class says who must act. */
export function translateError(thrown: unknown, tool: string, signal: AbortSignal): CodeError {
  const ours = ownError(thrown);
  if (ours !== undefined) return ours;
  if (signal.aborted)
    return signal.reason instanceof CodeError
      ? signal.reason
      : new Aborted('Aborted', `the call of ${tool} was stopped`, thrown);
  if (thrown instanceof ProtocolError) return ofProtocol(thrown, tool);
  if (thrown instanceof UnauthorizedError) return unauthenticated(tool, thrown);
  if (thrown instanceof SdkHttpError) return ofStatus(thrown, tool);
  if (thrown instanceof SdkError && thrown.code === SdkErrorCode.RequestTimeout) {
    return new Upstream('ToolTimeout', `${tool} did not answer in time`, { cause: thrown });
  }
  return new Upstream('ToolUnreachable', `could not reach the server of ${tool}`, { cause: thrown });
}

/** The SDK hides what our `fetch` or our token source threw somewhere in the chain of causes. */
function ownError(thrown: unknown): CodeError | undefined {
  let error = thrown;
  for (let depth = 0; depth < 8 && error instanceof Error; depth += 1) {
    if (error instanceof CodeError) return error;
    error = error.cause;
  }
  return undefined;
}

function ofProtocol(error: ProtocolError, tool: string): CodeError {
  const incompatible = INCOMPATIBLE.get(error.code);
  if (incompatible !== undefined)
    return new InvalidSpec('Incompatible', `could not call ${tool}: ${incompatible}`, error);
  if (error.code === INVALID_PARAMS)
    return new InvalidSpec('InvalidToolArguments', `could not call ${tool}: ${wordsOf(error)}`, error);
  return new Upstream('ToolFailed', `${tool} failed: ${bounded(error.message)}`, { cause: error });
}

/** Every field that is wrong where the server lists them, as ours do; else its message. */
function wordsOf(error: ProtocolError): string {
  const { data } = error;
  const issues: unknown = data !== null && typeof data === 'object' && 'errors' in data ? data.errors : undefined;
  if (!Array.isArray(issues) || issues.length === 0) return bounded(error.message);
  const told = issues.slice(0, 5).map((issue: unknown) => {
    if (issue === null || typeof issue !== 'object') return '';
    const field = 'field' in issue ? String(issue.field) : '';
    return `${field || 'the arguments'} ${'message' in issue ? String(issue.message) : 'is wrong'}`;
  });
  return bounded(told.join('; '));
}

function ofStatus(error: SdkHttpError, tool: string): CodeError {
  if (error.status === 401) return unauthenticated(tool, error);
  if (error.status === 403) return new Denied('Forbidden', `the server of ${tool} refuses this caller`, error);
  if (error.status === 413)
    return new InvalidSpec('TooLarge', `the arguments of ${tool} are larger than its server takes`, error);
  return new Upstream('ToolUnreachable', `the server of ${tool} answered ${error.status}`, { cause: error });
}

const unauthenticated = (tool: string, cause: unknown): Denied =>
  new Denied('Unauthenticated', `the server of ${tool} does not accept the caller's token`, cause);

const bounded = (text: string): string => (text.length > 1_024 ? `${text.slice(0, 1_023)}…` : text);
