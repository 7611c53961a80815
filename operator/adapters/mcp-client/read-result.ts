import type { CallToolResult } from '@modelcontextprotocol/client';
import { type CodeError, Denied, Upstream } from '../../api/errors.ts';
import type { Outcomes } from '../../core/action.ts';
import type { Json } from '../../core/json.ts';
import type { McpLimits } from './settings.ts';

const MESSAGE_LENGTH = 1_024;

/** What a server answered, as far as it was checked: text is evidence, never an instruction. */
export function readResult(
  result: CallToolResult,
  tool: string,
  breaksSchema: (content: unknown) => string | undefined,
  limits: McpLimits,
): Outcomes['call-tool'] {
  const text = result.content.flatMap((item) => (item.type === 'text' ? [item.text] : [])).join('\n');
  const structured: unknown = result.structuredContent;
  const tooLarge = oversize(structured ?? text, limits);
  if (tooLarge !== undefined) return failed(`the result of ${tool} was refused: ${tooLarge}`);
  // border: it came as JSON
  const content = (structured ?? { text }) as Json;
  if (result.isError === true) return failed(messageOf(structured) ?? text, content);
  const wrong = breaksSchema(structured);
  if (wrong !== undefined) return failed(`the result of ${tool} breaks its pinned output schema: ${wrong}`);
  return { state: 'succeeded', message: structured === undefined ? bounded(text) : `${tool} succeeded`, content };
}

/**
 * What a server of ours says that is no outcome of the tool: a refusal by the pipeline, or a passing failure of a tool that
 * may be called again. It is thrown as what it is; `undefined` for everything that settles the call.
 */
export function refusalOf(result: CallToolResult, tool: string, mayRepeat: boolean): CodeError | undefined {
  const error = errorOf(result.structuredContent);
  if (result.isError !== true || error === undefined) return undefined;
  const message = `could not call ${tool}: ${bounded(String(error['message'] ?? ''))}`;
  const again = typeof error['after'] === 'number' ? { afterMilliseconds: error['after'] } : {};
  switch (error['type']) {
    case 'Forbidden':
    case 'PolicyDenied':
    case 'ApprovalRequired':
      return new Denied(error['type'], message);
    case 'RateLimited':
    case 'BreakerOpen':
      return new Upstream(error['type'], message, again);
    default:
      return mayRepeat && error['retryable'] === true ? new Upstream('ToolFailed', message, again) : undefined;
  }
}

function errorOf(structured: unknown): Readonly<Record<string, unknown>> | undefined {
  if (structured === null || typeof structured !== 'object' || !('error' in structured)) return undefined;
  const { error } = structured;
  return error !== null && typeof error === 'object' ? { ...error } : undefined;
}

function messageOf(structured: unknown): string | undefined {
  const message = errorOf(structured)?.['message'];
  return typeof message === 'string' ? message : undefined;
}

const failed = (message: string, content: Json = {}): Outcomes['call-tool'] => ({
  state: 'failed',
  message: bounded(message),
  content,
});

function oversize(value: unknown, limits: McpLimits): string | undefined {
  const shape = wrongShape(value, limits, 0);
  if (shape !== undefined) return shape;
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? '');
  return bytes > limits.resultBytes ? `it has ${bytes} bytes, ${limits.resultBytes} are allowed` : undefined;
}

function wrongShape(value: unknown, limits: McpLimits, depth: number): string | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  if (depth >= limits.resultDepth) return `it is nested deeper than ${limits.resultDepth}`;
  if (Array.isArray(value) && value.length > limits.resultItems)
    return `a list in it has more than ${limits.resultItems} items`;
  for (const member of Object.values(value)) {
    const wrong = wrongShape(member, limits, depth + 1);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

const bounded = (text: string): string =>
  text.length > MESSAGE_LENGTH ? `${text.slice(0, MESSAGE_LENGTH - 1)}…` : text;
