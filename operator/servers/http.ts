/** Our MCP servers over HTTP: `/mcp/<server>` each, `/mcp` all of them. Who calls is settled here, before any MCP word. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MCP_AUDIENCE } from '../api/names.ts';
import type { Caller } from '../ports/access.ts';
import { type InvokeDoors, invokableTools } from './pipeline/index.ts';
import { type Endpoint, endpoint, hostGuard } from './protocol.ts';
import type { ToolServer } from './tool.ts';

const PREFIX = '/mcp';
const REVIEW_TIMEOUT = 5_000;
/** Grace for calls under way when we stop. */
const DRAIN = 10_000;

export interface ToolEndpointSettings {
  /** Names by which clients may reach us, without ports: anything else in Host or Origin is refused. */
  readonly hostnames: readonly string[];
  /** Of this build, told to clients. */
  readonly version: string;
}

export interface ToolEndpoints {
  /** True for the paths that `serve` answers. */
  serves(path: string): boolean;
  /** Answers one request completely; never rejects. */
  serve(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Refuses new calls, waits at most 10 s for those under way, then cuts what is left. */
  close(): Promise<void>;
}

export function toolEndpoints(
  servers: readonly ToolServer[],
  doors: InvokeDoors,
  settings: ToolEndpointSettings,
): ToolEndpoints {
  const guarded = hostGuard(settings.hostnames);
  const endpoints = endpointsOf(servers, doors, settings.version);
  const underWay = new Set<Promise<void>>();
  let closed = false;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (closed) return refuse(response, 503, 'the operator is stopping', { 'retry-after': '5' });
    if (guarded(request, response)) return;
    const found = endpoints.get(pathOf(request));
    if (found === undefined) return refuse(response, 404, 'no MCP server has this path');
    const caller = await authenticate(request, doors);
    if (caller === 'unknown')
      return refuse(response, 503, 'the API server could not check the token', { 'retry-after': '5' });
    if (caller === undefined) {
      const challenge = { 'www-authenticate': `Bearer realm="${MCP_AUDIENCE}", error="invalid_token"` };
      return refuse(response, 401, `send a ServiceAccount token with audience ${MCP_AUDIENCE}`, challenge);
    }
    await found.serve(request, response, caller);
  };

  return {
    serves: (path) => path === PREFIX || path.startsWith(`${PREFIX}/`),
    async serve(request, response) {
      const served = serve(request, response).catch((error: unknown) => {
        doors.log.error('could not serve an MCP request', { reason: String(error) });
        if (response.headersSent) response.destroy();
        else refuse(response, 500, 'the request failed');
      });
      underWay.add(served);
      await served;
      underWay.delete(served);
    },
    async close() {
      closed = true;
      const { promise: patience, resolve: lost } = Promise.withResolvers<void>();
      const cancel = doors.clock.after(DRAIN, lost);
      await Promise.race([Promise.all(underWay), patience]);
      cancel();
      await Promise.all([...endpoints.values()].map((one) => one.close()));
    },
  };
}

function endpointsOf(
  servers: readonly ToolServer[],
  doors: InvokeDoors,
  version: string,
): ReadonlyMap<string, Endpoint> {
  const invokable = invokableTools(servers, doors);
  const onError = (error: Error): void => doors.log.warn('an MCP request was refused', { reason: error.message });
  const one = (server: ToolServer): [string, Endpoint] => {
    const own = invokable.filter((candidate) => candidate.server === server.name);
    const tools = new Map(own.map((candidate) => [candidate.tool.name, candidate]));
    return [
      `${PREFIX}/${server.name}`,
      endpoint({ name: `code-${server.name}`, title: server.title, version }, tools, onError),
    ];
  };
  const all = new Map(invokable.map((candidate) => [`${candidate.server}.${candidate.tool.name}`, candidate]));
  return new Map([
    ...servers.map(one),
    [PREFIX, endpoint({ name: 'code', title: 'All tools of CODE', version }, all, onError)],
  ]);
}

/** `unknown`: nobody could say, which must not read as a wrong token. */
async function authenticate(request: IncomingMessage, doors: InvokeDoors): Promise<Caller | undefined | 'unknown'> {
  const token = /^Bearer ([A-Za-z0-9._~+/=-]{1,16384})$/.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) return undefined;
  const deadline = new AbortController();
  const cancel = doors.clock.after(REVIEW_TIMEOUT, () => deadline.abort());
  try {
    return await doors.access.tokenReview(token, MCP_AUDIENCE, deadline.signal);
  } catch (error) {
    doors.log.warn('could not review a token', { reason: String(error) });
    return 'unknown';
  } finally {
    cancel();
  }
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?', 1)[0] ?? '';

function refuse(response: ServerResponse, status: number, message: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: message }));
}
