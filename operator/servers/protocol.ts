/**
 * The words of MCP around our tools. The one file under `operator/servers` that imports an npm package: the MCP SDK.
 * Both eras are served from one factory; the low-level `Server` is used because `McpServer` would turn wrong arguments,
 * which are error -32602 here, into tool results.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  hostHeaderValidation,
  type NodeIncomingMessageLike,
  originValidation,
  toNodeHandler,
} from '@modelcontextprotocol/node';
import {
  type CallToolResult,
  createMcpHandler,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
  type Tool as WireTool,
} from '@modelcontextprotocol/server';
import { Bug } from '../api/errors.ts';
import type { Caller } from '../ports/access.ts';
import type { SchemaIssue } from '../ports/schemas.ts';
import type { InvokableTool } from './pipeline/index.ts';

/** The tool lists of one build never change: clients may keep them this long. */
const LIST_TTL = 300_000;
const MAX_REQUEST_BYTES = 1_048_576;
/** Metadata key of a call's idempotency key. */
const KEY = 'code-engine.dev/idempotency-key';
const LONGEST_KEY = 256;

export interface Endpoint {
  serve(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void>;
  close(): Promise<void>;
}

/** One MCP endpoint: `tools` by the names under which it offers them, in the order of its list. */
export function endpoint(
  identity: { readonly name: string; readonly title: string; readonly version: string },
  tools: ReadonlyMap<string, InvokableTool>,
  onError: (error: Error) => void,
): Endpoint {
  const list = [...tools].map(([name, { tool }]) => wireTool(name, tool));
  const handler = createMcpHandler(
    ({ authInfo }) => {
      const caller = callerOf(authInfo?.extra);
      const server = new Server(identity, {
        capabilities: { tools: {} },
        cacheHints: { 'tools/list': { ttlMs: LIST_TTL, cacheScope: 'public' } },
      });
      server.setRequestHandler('tools/list', () => ({ tools: list }));
      server.setRequestHandler('tools/call', ({ params }, context) => call(tools, caller, params, context));
      return server;
    },
    { maxRequestBodySize: MAX_REQUEST_BYTES, onerror: onError },
  );
  const node = toNodeHandler(handler, { maxRequestBodySize: MAX_REQUEST_BYTES, onerror: onError });
  return {
    async serve(request, response, caller) {
      // The token stays here: what is passed on names the caller and can open nothing.
      const auth = { token: '', clientId: caller.user, scopes: [], extra: { caller } };
      // border: the SDK's duck type spells the optional members of IncomingMessage without `undefined`
      await node(Object.assign(request, { auth }) as NodeIncomingMessageLike, response);
    },
    close: () => handler.close(),
  };
}

/** Refuses requests that a browser was tricked into (DNS rebinding): true when it has answered with 403. */
export function hostGuard(
  hostnames: readonly string[],
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const host = hostHeaderValidation([...hostnames]);
  const origin = originValidation([...hostnames]);
  return (request, response) => !(host(request, response) && origin(request, response));
}

async function call(
  tools: ReadonlyMap<string, InvokableTool>,
  caller: Caller,
  params: { readonly name: string; readonly arguments?: unknown },
  context: ServerContext,
): Promise<CallToolResult> {
  const found = tools.get(params.name);
  if (found === undefined)
    throw invalid(params.name, [{ field: '/name', rule: 'unknown', message: 'no such tool here' }]);
  const key = context.mcpReq._meta?.[KEY];
  const invocation = await found.invoke({
    caller,
    arguments: params.arguments ?? {},
    key: typeof key === 'string' ? key.slice(0, LONGEST_KEY) : undefined,
    signal: context.mcpReq.signal,
  });
  if ('invalid' in invocation) throw invalid(params.name, invocation.invalid);
  if ('error' in invocation) return answer({ error: invocation.error }, true);
  return answer(invocation.content, false);
}

/** The structured content, and the same as text for clients that read no other. */
function answer(structured: object, isError: boolean): CallToolResult {
  const content = [{ type: 'text' as const, text: JSON.stringify(structured) }];
  return { content, structuredContent: { ...structured }, ...(isError ? { isError } : {}) };
}

function invalid(name: string, errors: readonly SchemaIssue[]): ProtocolError {
  const [first] = errors;
  const where = first === undefined ? '' : `: ${first.field || 'the arguments'} ${first.message}`;
  return new ProtocolError(ProtocolErrorCode.InvalidParams, `could not call ${name}${where}`, { errors });
}

function wireTool(name: string, tool: InvokableTool['tool']): WireTool {
  const { title, description, inputSchema, outputSchema, annotations } = tool;
  // border: the SDK's types are the mutable twins of ours
  return { name, title, description, inputSchema, outputSchema, annotations } as WireTool;
}

function callerOf(extra: Record<string, unknown> | undefined): Caller {
  const caller = extra?.['caller'];
  if (caller === undefined)
    throw new Bug('NoCaller', 'a request reached the protocol without having been authenticated');
  return caller as Caller; // border: put there by `serve` above
}
