import { once } from 'node:events';
import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as the server received it, and the number of the connection that brought it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly connection: number;
}

/** The server's side of one exchange: it may answer, stream, break off, or say nothing at all. */
export class Exchange {
  readonly request: SeenRequest;
  readonly #response: ServerResponse;
  /** Resolves when the client has gone away or the answer is complete. */
  readonly closed: Promise<unknown>;

  constructor(request: SeenRequest, response: ServerResponse) {
    this.request = request;
    this.#response = response;
    this.closed = once(response, 'close');
  }

  json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
    this.#response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  }

  /** Sends a line of a stream, after the head of a 200 where nothing was sent before. */
  line(value: unknown): Promise<void> {
    return this.raw(`${JSON.stringify(value)}\n`);
  }

  /** Sends text as it is, such as half a line; waits where the client reads slower. */
  async raw(piece: string): Promise<void> {
    this.open();
    if (!this.#response.write(piece)) await once(this.#response, 'drain');
  }

  /** Sends the head of a 200, so that the client knows its watch is open. */
  open(): void {
    if (!this.#response.headersSent) {
      this.#response.writeHead(200, { 'content-type': 'application/json' });
      this.#response.flushHeaders();
    }
  }

  end(): void {
    this.open();
    this.#response.end();
  }

  /** Ends the connection with a TCP reset. */
  reset(): void {
    this.#response.socket?.resetAndDestroy();
  }
}

export type Script = (exchange: Exchange) => void | Promise<void>;

export interface ServerTls {
  readonly cert: string;
  readonly key: string;
}

/** An HTTP server on loopback that does exactly what its script says, wrong things too. */
export class ScriptedServer {
  readonly requests: SeenRequest[] = [];
  readonly #server: Server;
  readonly #scheme: string;
  readonly #sockets = new Map<Socket, number>();
  #connections = 0;
  /** What the script threw: a fault of the test, shown when the server stops. */
  #fault: unknown;

  static async start(script: Script, tls?: ServerTls): Promise<ScriptedServer> {
    const started = new ScriptedServer(script, tls);
    started.#server.listen(0, '127.0.0.1');
    await once(started.#server, 'listening');
    return started;
  }

  private constructor(script: Script, tls?: ServerTls) {
    const answer = (incoming: IncomingMessage, response: ServerResponse): void => {
      this.#answer(script, incoming, response).catch((error: unknown) => {
        this.#fault = error;
        response.destroy();
      });
    };
    this.#scheme = tls === undefined ? 'http' : 'https';
    this.#server = tls === undefined ? createPlainServer(answer) : createTlsServer({ ...tls }, answer);
    this.#server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      this.#sockets.set(socket, this.#connections++);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  get url(): string {
    // border: a server that listens on TCP has an address of this kind
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How many connections were ever made. */
  get connections(): number {
    return this.#connections;
  }

  get open(): number {
    return this.#sockets.size;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets.keys()) socket.destroy();
    await closed;
    if (this.#fault !== undefined) throw this.#fault;
  }

  async #answer(script: Script, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', this.url);
    const connection = this.#sockets.get(incoming.socket) ?? -1;
    const seen: SeenRequest = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
      body: await text(incoming),
      connection,
    };
    this.requests.push(seen);
    await script(new Exchange(seen, response));
  }
}
