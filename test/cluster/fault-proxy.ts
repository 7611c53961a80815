/**
 * Stands between one operator and the API server: TLS with the plane's authority, so that tokens, impersonation and RBAC
 * stay real, and rules that make requests fail on purpose. Every request leaves a line in the trace.
 */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request as forward, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../../operator/ports/random.ts';
import { seededRandom } from '../support/seeded-random.ts';
import type { Cluster } from './cluster.ts';
import { type ProxiedRequest, readRequest, toldRequest } from './fault-proxy-request.ts';
import { ActiveRule, type Fault, type Rule } from './fault-proxy-rules.ts';
import { lossyEvents } from './lossy-events.ts';

const TRACE_LINES = 5_000;
/** Not passed on: they are about one connection. */
const HOP_BY_HOP: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host']);

/** How an answer goes back. */
interface Passing {
  /** Asked when the whole answer is there: whether it goes back. */
  readonly hold?: () => boolean;
  /** Milliseconds after which it ends. */
  readonly cut?: number;
  /** What it goes through, given whether it begins with a list. */
  readonly through?: (lists: boolean) => Duplex;
}

/** A rule that was added, until it is taken back. */
export interface AddedRule {
  /** How many requests it hit. */
  readonly hits: number;
  remove(): void;
}

export class FaultProxy {
  /** Where the operator finds the API server. */
  readonly url: string;
  readonly #server: Server;
  readonly #upstream: string;
  readonly #agent: Agent;
  readonly #random: Random;
  readonly #rules = new Set<ActiveRule>();
  /** Answers that are being streamed. */
  readonly #streams = new Map<ServerResponse, ProxiedRequest>();
  readonly #trace: string[] = [];
  readonly #events = new Map<string, number>();
  readonly #start = performance.now();
  #requests = 0;

  /** @param seed of every chance */
  static async before(cluster: Cluster, seed: number): Promise<FaultProxy> {
    const { certificate, key } = await cluster.servingCertificateFor([]);
    const server = createServer({ cert: certificate, key });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FaultProxy(server, cluster, seed);
  }

  private constructor(server: Server, cluster: Cluster, seed: number) {
    const { port } = server.address() as AddressInfo; // border: a TCP server has one
    this.url = `https://127.0.0.1:${port}`;
    this.#server = server;
    this.#upstream = cluster.endpoint.server;
    this.#agent = new Agent({ ca: cluster.endpoint.authority, keepAlive: true });
    this.#random = seededRandom(seed);
    server.on('request', (request, response) => {
      this.#pass(request, response).catch((error: unknown) => {
        this.#tell(`broken: ${error instanceof Error ? error.message : String(error)}`);
        response.destroy();
      });
    });
  }

  /**
   * Rules are asked in the order in which they were added; the first that strikes is the fault of a request. A cut strikes
   * the streams that are open already, too.
   */
  add(rule: Rule): AddedRule {
    const active = new ActiveRule(rule, this.#random);
    this.#rules.add(active);
    if (rule.fault.kind === 'cut') {
      for (const [response, request] of this.#streams) {
        if (active.strikes(request)) cutAfter(response, rule.fault.milliseconds);
      }
    }
    return {
      get hits() {
        return active.hits;
      },
      remove: () => {
        this.#rules.delete(active);
      },
    };
  }

  /** How often each kind of fault struck an event of a watch. */
  get events(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#events);
  }

  /** The last requests, a line each: milliseconds, number, what was asked, fault, status. */
  get trace(): readonly string[] {
    return this.#trace;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    this.#agent.destroy();
  }

  async #pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = incoming;
    const body = await text(incoming);
    const request = readRequest(++this.#requests, method, url, headers, body);
    const fault = [...this.#rules].find((active) => active.strikes(request))?.rule.fault;
    const status = await this.#suffer(fault, request, response, (options) =>
      this.#forward(request, incoming, body, response, options),
    );
    const told = fault === undefined ? '' : ` [${toldFault(fault)}]`;
    this.#tell(`#${request.number} ${toldRequest(request)}${told} -> ${status}`);
  }

  async #suffer(
    fault: Fault | undefined,
    request: ProxiedRequest,
    response: ServerResponse,
    pass: (options?: Passing) => Promise<number>,
  ): Promise<number | string> {
    switch (fault?.kind) {
      case undefined:
        return pass();
      case 'delay':
        await delay(fault.milliseconds);
        return pass();
      case 'status':
        answer(response, fault.code, fault.retryAfterSeconds);
        return fault.code;
      case 'cut':
        return pass({ cut: fault.milliseconds });
      case 'events': {
        const { share, forgets } = fault;
        const through = (lists: boolean) =>
          lossyEvents({ share, forgets, lists }, this.#random, (what) => this.#count(what));
        return pass({ through });
      }
      case 'hang': {
        const status = fault.when === 'before' ? 'nothing' : await pass({ hold: () => false });
        fault.run?.(request);
        if (!response.closed) await once(response, 'close');
        return status;
      }
      case 'reset': {
        const status = fault.when === 'before' ? 'nothing' : await pass({ hold: () => false });
        response.destroy();
        return status;
      }
      case 'call': {
        if (fault.when === 'after-reply') {
          const status = await pass();
          fault.run(request);
          return status;
        }
        return pass({
          hold: () => {
            fault.run(request);
            return true;
          },
        });
      }
    }
  }

  /**
   * Sends the request on and its answer back: whole with `hold`, else as a stream.
   */
  async #forward(
    request: ProxiedRequest,
    incoming: IncomingMessage,
    body: string,
    response: ServerResponse,
    { hold, cut, through }: Passing = {},
  ): Promise<number> {
    const outgoing = forward(new URL(incoming.url ?? '/', this.#upstream), {
      method: incoming.method ?? 'GET',
      agent: this.#agent,
      headers: passedOn(incoming.headers),
    });
    const gone = (): void => void outgoing.destroy();
    if (hold === undefined) response.once('close', gone);
    outgoing.end(body);
    const [answered] = (await once(outgoing, 'response')) as [IncomingMessage]; // border: the event carries the answer
    const status = answered.statusCode ?? 502;
    if (hold !== undefined) {
      const whole = await text(answered);
      if (hold()) response.writeHead(status, passedOn(answered.headers)).end(whole);
      return status;
    }
    response.writeHead(status, passedOn(answered.headers));
    response.flushHeaders();
    const closing = once(response, 'close');
    answered.on('error', () => response.destroy());
    if (through === undefined) answered.pipe(response);
    else answered.pipe(through(incoming.url?.includes('sendInitialEvents=true') === true)).pipe(response);
    if (cut !== undefined) cutAfter(response, cut);
    this.#streams.set(response, request);
    await closing;
    this.#streams.delete(response);
    return status;
  }

  #count(what: string): void {
    this.#events.set(what, (this.#events.get(what) ?? 0) + 1);
  }

  #tell(line: string): void {
    this.#trace.push(`${Math.round(performance.now() - this.#start)} ${line}`);
    if (this.#trace.length > TRACE_LINES) this.#trace.shift();
  }
}

function answer(response: ServerResponse, code: number, retryAfterSeconds: number | undefined): void {
  const reason = code === 409 ? 'Conflict' : code === 401 ? 'Unauthorized' : 'InternalError';
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code,
    reason,
    message: 'made by the fault proxy',
  };
  const retryAfter = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  response.writeHead(code, { 'content-type': 'application/json', ...retryAfter }).end(JSON.stringify(status));
}

function cutAfter(response: ServerResponse, milliseconds: number): void {
  const timer = setTimeout(() => response.destroy(), milliseconds);
  response.once('close', () => clearTimeout(timer));
}

function toldFault(fault: Fault): string {
  return fault.kind === 'status' ? `status ${fault.code}` : fault.kind;
}

function passedOn(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}
