/** Reads of the API server under the caller's rights: what he may not see and what does not exist look the same to him. */
import type { ApiReply } from '../ports/api-call.ts';
import type { JsonObject, ToolContext } from './tool.ts';
import type { ToolError } from './tool-error.ts';

export interface Target {
  readonly apiVersion: string;
  readonly resource: string;
  readonly namespace?: string | undefined;
  readonly name?: string;
}

export type Found = { readonly object: JsonObject } | { readonly error: ToolError };

export async function read(
  context: ToolContext,
  target: Target,
  query?: Readonly<Record<string, string>>,
): Promise<Found> {
  const reply = await context.api({ method: 'GET', path: pathOf(target), ...(query === undefined ? {} : { query }) });
  const { status, body } = reply;
  // border: a 200 of the API server is an object of the kind asked for
  if (status === 200 && body !== null && typeof body === 'object') return { object: body as JsonObject };
  return { error: refusal(reply, target) };
}

function pathOf({ apiVersion, resource, namespace, name }: Target): string {
  const parts = [
    apiVersion.includes('/') ? 'apis' : 'api',
    ...apiVersion.split('/'),
    ...(namespace === undefined ? [] : ['namespaces', namespace]),
    resource,
    ...(name === undefined ? [] : [name]),
  ];
  return `/${parts.map(encodeURIComponent).join('/')}`;
}

function refusal({ status, body }: ApiReply, target: Target): ToolError {
  const where = target.namespace === undefined ? '' : ` in namespace ${target.namespace}`;
  const what = `${target.resource}${target.name === undefined ? '' : ` ${target.name}`}${where}`;
  if (status === 403 || status === 404) {
    const message = `there is no ${what}, or the caller may not read it`;
    return {
      type: 'NotFound',
      message,
      retryable: false,
      remedy: 'check apiVersion, resource, name and namespace, and ask kubernetes.can_i',
    };
  }
  if (status === 410) {
    return {
      type: 'Conflict',
      message: 'the list is too old to go on with',
      retryable: true,
      remedy: 'list again without continue',
    };
  }
  const message = `could not read ${what}: ${wordsOf(body) ?? `status ${status}`}`;
  return { type: 'Unsupported', message, retryable: false, remedy: 'change what was asked' };
}

function wordsOf(body: unknown): string | undefined {
  if (body === null || typeof body !== 'object' || !('message' in body)) return undefined;
  return typeof body.message === 'string' ? body.message.slice(0, 512) : undefined;
}
