import { once } from 'node:events';
import { createServer } from 'node:net';
import { assert } from 'chai';
import { clock } from '../../operator/adapters/clock.ts';
import { KubeWire } from '../../operator/adapters/kube/wire.ts';
import { Upstream } from '../../operator/api/errors.ts';
import type { WireCall } from '../../operator/ports/wire.ts';
import { FixedAccess } from '../support/fixed-access.ts';
import { type Script, ScriptedServer } from '../support/scripted-server.ts';
import { thrownBy } from '../support/thrown-by.ts';

const call = (more: Partial<WireCall> = {}): WireCall => ({
  method: 'GET',
  path: '/api/v1/pods',
  accept: 'application/json',
  headers: {},
  lane: 'calls',
  signal: new AbortController().signal,
  ...more,
});

describe('the wire to the API server', () => {
  let server: ScriptedServer;
  let wire: KubeWire;

  async function against(script: Script): Promise<void> {
    server = await ScriptedServer.start(script);
    wire = new KubeWire(new FixedAccess(server.url), clock);
  }

  afterEach(async () => {
    await wire.close();
    await server.stop();
  });

  it('sends what it was given, with the credentials, and gives back status, headers and body', async () => {
    await against((exchange) => exchange.json(418, { kettle: true }, { 'retry-after': '7' }));
    const reply = await wire.exchange(
      call({
        method: 'PATCH',
        query: { force: 'true', selector: 'a=b,c' },
        body: '{"a":1}',
        contentType: 'application/json',
        headers: { 'user-agent': 'test' },
      }),
    );
    assert.equal(reply.status, 418);
    assert.equal(reply.headers['retry-after'], '7');
    assert.deepEqual(await reply.json(), { kettle: true });
    const [seen] = server.requests;
    assert.deepInclude(seen, { method: 'PATCH', path: '/api/v1/pods', body: '{"a":1}' });
    assert.deepEqual(seen?.query, { force: 'true', selector: 'a=b,c' });
    assert.deepInclude(seen?.headers, {
      authorization: 'Bearer token-0',
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': 'test',
    });
  });

  it('gives out lines as they arrive, however they were cut, and the cut-off rest of the last', async () => {
    await against(async (exchange) => {
      for (const piece of ['{"a":', '1}\n{"b":2}\n', '{"ä":"ö', '"}\n{"cut']) await exchange.raw(piece);
      exchange.end();
    });
    const reply = await wire.exchange(call({ lane: 'watch' }));
    const lines: string[] = [];
    for await (const line of reply.lines()) lines.push(line);
    assert.deepEqual(lines, ['{"a":1}', '{"b":2}', '{"ä":"ö"}', '{"cut']);
  });

  it('R41 uses its connections again, and never more than 32 for calls', async () => {
    await against((exchange) => exchange.json(200, {}));
    await Promise.all(Array.from({ length: 200 }, async () => (await wire.exchange(call())).text()));
    const afterBurst = server.connections;
    assert.isAtMost(afterBurst, 32);
    for (let count = 0; count < 20; count++) await (await wire.exchange(call())).text();
    assert.equal(server.connections, afterBurst);
  });

  it('R41 lets neither work nor watches stand before a lease', async () => {
    await against((exchange) => (exchange.request.path === '/lease' ? exchange.json(200, {}) : undefined));
    const stop = new AbortController();
    const held = Array.from({ length: 40 }, () => wire.exchange(call({ signal: stop.signal })).catch(() => undefined));
    const watch = wire.exchange(call({ lane: 'watch', signal: stop.signal })).catch(() => undefined);
    const lease = await wire.exchange(call({ lane: 'lease', path: '/lease' }));
    assert.equal(lease.status, 200);
    stop.abort();
    await Promise.all([...held, watch]);
  });

  it('stops a call that is aborted, before its answer and in the middle of it', async () => {
    await against((exchange) => (exchange.request.path === '/silent' ? undefined : exchange.open()));
    for (const path of ['/silent', '/half']) {
      const stop = new AbortController();
      const reading = wire.exchange(call({ path, signal: stop.signal })).then((reply) => reply.text());
      stop.abort();
      const error = await thrownBy(reading);
      assert.deepEqual([error.name, error.reason], ['Aborted', 'Aborted']);
    }
  });

  it('throws the reason of the abort where that is one of our errors', async () => {
    await against(() => undefined);
    const reason = new Upstream('Silent', 'nothing came');
    assert.equal(await thrownBy(wire.exchange(call({ signal: AbortSignal.abort(reason) }))), reason);
  });

  it('says ConnectionLost for a reset before the answer and in the middle of it', async () => {
    await against(async (exchange) => {
      if (exchange.request.path === '/half') await exchange.raw('{"half":');
      exchange.reset();
    });
    assert.equal((await thrownBy(wire.exchange(call()))).reason, 'ConnectionLost');
    const reading = wire.exchange(call({ path: '/half' })).then((reply) => reply.text());
    assert.equal((await thrownBy(reading)).reason, 'ConnectionLost');
  });

  it('says ConnectFailed where nobody listens', async () => {
    await against(() => undefined);
    const closed = new KubeWire(new FixedAccess(await unusedAddress()), clock);
    assert.equal((await thrownBy(closed.exchange(call()))).reason, 'ConnectFailed');
    await closed.close();
  });

  it('refuses a reply of more than 64 MiB, announced or not', async () => {
    await against(async (exchange) => {
      if (exchange.request.path === '/announced') {
        exchange.json(200, {}, { 'content-length': String(65 * 1024 * 1024) });
        return;
      }
      const piece = 'x'.repeat(1024 * 1024);
      const closed = exchange.closed.then(() => 'closed');
      for (let sent = 0; sent < 70; sent++)
        if ((await Promise.race([exchange.raw(piece), closed])) === 'closed') return;
      exchange.end();
    });
    for (const path of ['/announced', '/long']) {
      const reading = wire.exchange(call({ path })).then((reply) => reply.text());
      assert.equal((await thrownBy(reading)).reason, 'ReplyTooLarge', path);
    }
  });

  it('says UnreadableReply where JSON was expected and something else came', async () => {
    await against(async (exchange) => {
      await exchange.raw('<html>');
      exchange.end();
    });
    const reading = wire.exchange(call()).then((reply) => reply.json());
    assert.equal((await thrownBy(reading)).reason, 'UnreadableReply');
  });

  it('never repeats a credential in an error', async () => {
    await against((exchange) => exchange.reset());
    const error = await thrownBy(wire.exchange(call()));
    const told = JSON.stringify([error.message, error.stack, String(error.cause), Object.entries(error)]);
    assert.notInclude(told, 'token-0');
  });

  it('carries new credentials after a renewal', async () => {
    await against((exchange) => exchange.json(200, {}));
    await wire.renew();
    await (await wire.exchange(call())).text();
    assert.equal(server.requests[0]?.headers['authorization'], 'Bearer token-1');
  });
});

/** An address of loopback where a server was and is no more. */
async function unusedAddress(): Promise<string> {
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const address = gone.address();
  gone.close();
  await once(gone, 'close');
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}
