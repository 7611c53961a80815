import { Agent, request } from 'undici';
import type { Credentials, Endpoint } from './kubeconfig.ts';

/** What the API server answered; `body` is parsed JSON, or text where it was none. */
export type Answer = { readonly status: number; readonly body: unknown };

export type ApiRequest = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the root, with the query: `/api/v1/nodes?limit=1`. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

const DEADLINE = 60_000;

/**
 * The harness's own plain client, so that the tests of the operator's client do not stand on what they test.
 * Any HTTP status is an answer; only a connection that fails or is silent for a minute throws.
 */
export class ApiClient {
  readonly #agent: Agent;
  readonly #server: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(endpoint: Endpoint, credentials: Credentials) {
    const identity = 'token' in credentials ? {} : { cert: credentials.certificate, key: credentials.key };
    this.#agent = new Agent({ connect: { ca: endpoint.authority, ...identity } });
    this.#headers = 'token' in credentials ? { authorization: `Bearer ${credentials.token}` } : {};
    this.#server = endpoint.server;
  }

  async request(call: ApiRequest): Promise<Answer> {
    const response = await request(`${this.#server}${call.path}`, {
      dispatcher: this.#agent,
      method: call.method ?? 'GET',
      signal: AbortSignal.timeout(DEADLINE),
      headers: {
        ...this.#headers,
        accept: 'application/json',
        'user-agent': 'code-operator-harness',
        ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
        ...call.headers,
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    });
    const text = await response.body.text();
    return { status: response.statusCode, body: parse(text) };
  }

  /** Closes its connections, also those in use. */
  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
