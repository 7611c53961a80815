/**
 * A foreign MCP server over HTTP, built with the SDK that others use: `record` has an effect, once a key; `fire` has one at each
 * call; `read` gives a number; `complain` fails; `hang` and `stall` never answer, and only the former may be repeated.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

export interface PeerCall {
  readonly tool: string;
  readonly key: string;
  readonly traceparent: string;
  readonly token: string;
}

export interface ToolPeer {
  readonly url: string;
  /** Every call that arrived, in order. */
  readonly calls: readonly PeerCall[];
  /** Asked before a call is answered: a promise that stays open keeps the caller waiting. */
  before: (call: PeerCall) => Promise<void>;
  /** What `read` gives. */
  value: number;
  stop(): Promise<void>;
}

const object = (properties: object) => ({ type: 'object' as const, properties });
const REPEATABLE = { idempotentHint: true, destructiveHint: false };
const ONCE = { idempotentHint: false, destructiveHint: false };
const TOOLS = [
  { name: 'record', annotations: REPEATABLE },
  { name: 'complain', annotations: REPEATABLE },
  { name: 'hang', annotations: REPEATABLE },
  { name: 'fire', annotations: ONCE },
  { name: 'stall', annotations: ONCE },
  {
    name: 'read',
    annotations: { readOnlyHint: true },
    outputSchema: { ...object({ value: { type: 'number' } }), required: ['value'] },
  },
].map((tool) => ({ ...tool, description: tool.name, inputSchema: object({}) }));

export async function startToolPeer(): Promise<ToolPeer> {
  const calls: PeerCall[] = [];
  const http = createServer(async (request, response) => {
    const token = request.headers.authorization ?? '';
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    await server(token).connect(transport as Transport); // border: 1.x was not written for exactOptionalPropertyTypes
    await transport.handleRequest(request, response);
  });
  const server = (token: string): Server => {
    const made = new Server({ name: 'peer', version: '1' }, { capabilities: { tools: {} } });
    made.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: TOOLS }));
    made.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
      const meta = params._meta ?? {};
      const text = (name: string): string => String(meta[name] ?? '');
      const call = {
        tool: params.name,
        key: text('code-engine.dev/idempotency-key'),
        traceparent: text('traceparent'),
        token,
      };
      calls.push(call);
      await peer.before(call);
      if (call.tool === 'hang' || call.tool === 'stall') await new Promise(() => undefined);
      if (call.tool === 'complain')
        return { content: [{ type: 'text' as const, text: 'the freezer is open' }], isError: true };
      const content = [{ type: 'text' as const, text: 'done' }];
      return params.name === 'read' ? { content, structuredContent: { value: peer.value } } : { content };
    });
    return made;
  };
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo; // border: a TCP server has an AddressInfo
  const peer: ToolPeer = {
    url: `http://127.0.0.1:${port}/mcp`,
    calls,
    before: async () => undefined,
    value: 0,
    async stop() {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
  return peer;
}
