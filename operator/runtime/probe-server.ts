/** The HTTP server of probes and metrics. It takes no body, holds few connections and answers a closed list of paths. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Upstream } from '../api/errors.ts';
import type { Log } from '../ports/log.ts';
import type { Health, HealthChecks } from './health.ts';

const MOST_CONNECTIONS = 64;
const REQUEST_TIME = 5_000;
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;
const TEXT = 'text/plain; charset=utf-8';

export interface ProbeParts {
  readonly health: HealthChecks;
  /** Brings the gauges up to date and tells all metrics. */
  readonly scrape: () => Promise<{ readonly contentType: string; readonly text: string }>;
  readonly log: Log;
}

interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

export class ProbeServer {
  readonly #parts: ProbeParts;
  readonly #server: Server;

  constructor(parts: ProbeParts) {
    this.#parts = parts;
    this.#server = createServer({ requestTimeout: REQUEST_TIME, headersTimeout: REQUEST_TIME, maxHeaderSize: 8_192 });
    this.#server.maxConnections = MOST_CONNECTIONS;
    this.#server.keepAliveTimeout = REQUEST_TIME;
    this.#server.on('request', (request, response) => void this.#answer(request, response));
  }

  /** @throws Upstream `CannotListen`. Resolves with the port, which the system chose where 0 was asked for. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (cause) => {
        const message = `could not listen on ${host}:${port} for probes and metrics: ${cause.message}; free the port or set another`;
        reject(new Upstream('CannotListen', message, { cause }));
      });
      this.#server.listen({ host, port }, () => {
        const address = this.#server.address() as AddressInfo; // a server that listens on a port has one
        resolve(address.port);
      });
    });
  }

  /** Takes no new request; those under way have their answers already or are cut. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = await this.#replyTo(request);
    const body = Buffer.from(reply.text);
    response.writeHead(reply.status, { ...HEADERS, 'content-type': reply.contentType, 'content-length': body.length });
    response.end(request.method === 'HEAD' ? undefined : body);
    request.resume();
  }

  async #replyTo(request: IncomingMessage): Promise<Reply> {
    if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'only GET is answered here');
    switch (request.url?.split('?', 1)[0]) {
      case '/healthz':
      case '/livez':
        return ofHealth(this.#parts.health.live());
      case '/readyz':
        return ofHealth(this.#parts.health.ready());
      case '/metrics':
        return this.#scrape();
      default:
        return text(404, 'nothing here; try /healthz, /readyz or /metrics');
    }
  }

  async #scrape(): Promise<Reply> {
    try {
      return { status: 200, ...(await this.#parts.scrape()) };
    } catch (thrown) {
      this.#parts.log.error('the metrics could not be told', { error: String(thrown) });
      return text(500, 'the metrics could not be told; the log says why');
    }
  }
}

function ofHealth({ ok, lines }: Health): Reply {
  return text(ok ? 200 : 503, lines.join('\n'));
}

function text(status: number, message: string): Reply {
  return { status, contentType: TEXT, text: `${message}\n` };
}
