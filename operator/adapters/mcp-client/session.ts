import {
  type AuthProvider,
  type CallToolResult,
  Client,
  type PriorDiscovery,
  StreamableHTTPClientTransport,
  type Tool,
} from '@modelcontextprotocol/client';
import { CfWorkerJsonSchemaValidator } from '@modelcontextprotocol/client/validators/cf-worker';
import type { CallTool } from '../../core/action.ts';
import type { Milliseconds } from '../../core/decision.ts';
import { cappedFetch, type Fetch } from './capped-fetch.ts';
import type { McpServerSettings } from './settings.ts';

/** Metadata key of the idempotency key, for servers that keep one effect a key. */
const KEY = 'code-engine.dev/idempotency-key';
const LEAVING: Milliseconds = 1_000;
const NAME = /^[A-Za-z0-9_.-]{1,128}$/;

/** What a connection taught: used by the next one instead of asking again. */
export interface Acquaintance {
  readonly era: PriorDiscovery;
  readonly tools: ReadonlyMap<string, Tool>;
  /** How long the list may be believed, as the server says; `undefined` where it does not. */
  readonly ttl: Milliseconds | undefined;
}

export interface Dial {
  readonly settings: McpServerSettings;
  readonly fetch: Fetch;
  readonly auth: AuthProvider | undefined;
  readonly version: string;
  readonly signal: AbortSignal;
}

/** Runs `work` in a connection of its own: identities differ from call to call, and nothing of one may reach another. */
export async function withSession<T>(
  dial: Dial,
  known: Acquaintance | undefined,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { settings, signal } = dial;
  // Foreign schemas are interpreted, never compiled into code; nothing is asked of a person from inside a call.
  const client = new Client(
    { name: 'code', version: dial.version },
    {
      versionNegotiation: { mode: 'auto' },
      jsonSchemaValidator: new CfWorkerJsonSchemaValidator(),
      inputRequired: { autoFulfill: false },
      listMaxPages: 64,
    },
  );
  const transport = new StreamableHTTPClientTransport(new URL(settings.url), {
    fetch: cappedFetch(dial.fetch, settings.limits.responseBytes),
    requestInit: { redirect: 'error' },
    onInsufficientScope: 'throw',
    ...(dial.auth === undefined ? {} : { authProvider: dial.auth }),
  });
  try {
    const { connectTimeout } = settings.limits;
    await client.connect(transport, {
      signal,
      timeout: connectTimeout,
      maxTotalTimeout: connectTimeout,
      ...(known === undefined ? {} : { prior: known.era }),
    });
    return await work(new Session(client, dial));
  } finally {
    // Leaving is best effort: the answer is already known, and a server that forgot the session is no failure of the call.
    if (transport.sessionId !== undefined) {
      await Promise.race([transport.terminateSession().catch(() => undefined), patience()]);
    }
    await client.close().catch(() => undefined);
  }
}

/** A server that hangs is not waited for to say goodbye. */
const patience = (): Promise<void> =>
  new Promise((resolve) => AbortSignal.timeout(LEAVING).addEventListener('abort', () => resolve()));

export class Session {
  readonly #client: Client;
  readonly #dial: Dial;

  constructor(client: Client, dial: Dial) {
    this.#client = client;
    this.#dial = dial;
  }

  async acquaint(): Promise<Acquaintance> {
    const { callTimeout } = this.#dial.settings.limits;
    const list = await this.#client.listTools(undefined, {
      signal: this.#dial.signal,
      timeout: callTimeout,
      maxTotalTimeout: callTimeout,
    });
    const discover = this.#client.getDiscoverResult();
    const ttl: unknown = list['ttlMs'];
    return {
      era: discover === undefined ? { kind: 'legacy' } : { kind: 'modern', discover },
      tools: new Map(list.tools.filter(({ name }) => NAME.test(name)).map((tool) => [tool.name, tool])),
      ttl: typeof ttl === 'number' ? ttl : undefined,
    };
  }

  /** The result as it came but for its shape; `tool` without its output schema, which the caller checks against the pin. */
  async call(tool: Tool, action: CallTool): Promise<CallToolResult | 'input-required'> {
    const { callTimeout } = this.#dial.settings.limits;
    const timeout = Math.min(callTimeout, action.timeout);
    const { outputSchema: _checkedByUs, ...toolDefinition } = tool;
    const { traceparent } = action;
    const _meta = { [KEY]: action.key, ...(traceparent === undefined ? {} : { traceparent }) };
    const params = { name: tool.name, arguments: { ...action.arguments }, _meta };
    const options = {
      signal: this.#dial.signal,
      timeout,
      maxTotalTimeout: timeout,
      allowInputRequired: true,
      toolDefinition,
    };
    const result = await this.#client.callTool(params, options);
    return result['resultType'] === 'input_required' ? 'input-required' : result;
  }
}
