import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assert } from 'chai';
import { Upstream } from '../../operator/api/errors.ts';
import { HealthChecks } from '../../operator/runtime/health.ts';
import { ProbeServer } from '../../operator/runtime/probe-server.ts';
import { RecordedLog } from '../support/recorded-log.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

interface World {
  readonly unsynced?: readonly string[];
  readonly scrape?: () => Promise<{ contentType: string; text: string }>;
}

const metrics = { contentType: 'text/plain; version=0.0.4', text: 'code_noop_writes_total 0\n' };

describe('probe server', () => {
  const servers: ProbeServer[] = [];

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  async function setUp({ unsynced = [], scrape = async () => metrics }: World = {}) {
    const log = new RecordedLog();
    const health = new HealthChecks({ clock: new VirtualClock(), overdue: () => ({}), unsynced: () => unsynced });
    const server = new ProbeServer({ health, scrape, log });
    servers.push(server);
    const port = await server.listen('127.0.0.1', 0);
    const ask = (path: string, method = 'GET') =>
      new Promise<{ status: number; text: string; headers: Record<string, unknown> }>((resolve, reject) => {
        const call = request({ port, path, method, host: '127.0.0.1', agent: false }, async (reply) => {
          let text = '';
          for await (const chunk of reply) text += chunk;
          resolve({ status: reply.statusCode ?? 0, text, headers: reply.headers });
        });
        call.on('error', reject);
        call.end(method === 'POST' ? 'x'.repeat(100_000) : undefined);
      });
    return { ask, log, port, server };
  }

  it('R38: answers liveness, readiness and metrics', async () => {
    const { ask } = await setUp({ unsynced: ['Tenant (not found)'] });
    const replies = await Promise.all(
      ['/healthz', '/livez', '/readyz?verbose', '/metrics', '/'].map((path) => ask(path)),
    );
    assert.deepEqual(
      replies.map(({ status, text }) => [status, text]),
      [
        [200, 'ok\n'],
        [200, 'ok\n'],
        [503, 'not synced: Tenant (not found)\n'],
        [200, metrics.text],
        [404, 'nothing here; try /healthz, /readyz or /metrics\n'],
      ],
    );
    assert.equal(replies[3]?.headers['content-type'], metrics.contentType);
  });

  it('sends headers that keep browsers from making anything of it', async () => {
    const { ask } = await setUp();
    const { headers } = await ask('/healthz');
    assert.include(headers, {
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    assert.notProperty(headers, 'x-powered-by');
  });

  it('answers HEAD without a body and refuses every other method', async () => {
    const { ask } = await setUp();
    const [head, post, remove] = await Promise.all([
      ask('/healthz', 'HEAD'),
      ask('/healthz', 'POST'),
      ask('/', 'DELETE'),
    ]);
    assert.deepEqual([head.status, head.text, head.headers['content-length']], [200, '', '3']);
    assert.deepEqual([post.status, remove.status], [405, 405]);
  });

  it('says in the log, not to the caller, why the metrics could not be told', async () => {
    const { ask, log } = await setUp({ scrape: () => Promise.reject(new Error('a private reason')) });
    const { status, text } = await ask('/metrics');
    assert.deepEqual([status, text], [500, 'the metrics could not be told; the log says why\n']);
    assert.equal(log.entries[0]?.fields.error, 'Error: a private reason');
  });

  it('says what to do when the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo; // a server that listens on a port has one
    const { server } = await setUp();
    await server.close();
    const failure = await server.listen('127.0.0.1', port).catch((thrown: unknown) => thrown);
    other.close();
    assert.instanceOf(failure, Upstream);
    assert.match(
      String(failure),
      /could not listen on 127\.0\.0\.1:\d+ for probes and metrics: .*EADDRINUSE.*; free the port/,
    );
  });

  it('closes at once although a client keeps its connection', async () => {
    const { server, port } = await setUp();
    const open = request({ port, host: '127.0.0.1', path: '/healthz' });
    open.on('error', () => {}); // it is cut: that is the point
    await new Promise<void>((resolve) => open.on('socket', (socket) => socket.on('connect', () => resolve())));
    await server.close();
  });
});
