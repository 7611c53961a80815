import { assert } from 'chai';
import { KubeWire } from '../../operator/adapters/kube/wire.ts';
import { APPLY_PATCH, type ApiRequest, Transport } from '../../operator/runtime/transport.ts';
import { FixedAccess } from '../support/fixed-access.ts';
import { RecordedMetrics } from '../support/recorded-metrics.ts';
import { type Script, ScriptedServer } from '../support/scripted-server.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { thrownBy } from '../support/thrown-by.ts';
import { until } from '../support/until.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const request = (more: Partial<ApiRequest> = {}): ApiRequest => ({
  method: 'GET',
  path: '/api/v1/pods',
  controller: 'code-test',
  kind: 'call',
  lane: 'calls',
  signal: new AbortController().signal,
  ...more,
});
const apply = { method: 'PATCH', contentType: APPLY_PATCH, body: '{}' } as const;

const silences: readonly (readonly [string, Script])[] = [
  ['before its answer', () => undefined],
  ['in the middle of its answer', (exchange) => exchange.raw('{"half":')],
];

describe('R41 the transport', () => {
  let server: ScriptedServer;
  let wire: KubeWire;
  let access: FixedAccess;
  let clock: VirtualClock;
  let metrics: RecordedMetrics;
  let transport: Transport;

  async function against(script: Script): Promise<void> {
    server = await ScriptedServer.start(script);
    access = new FixedAccess(server.url);
    clock = new VirtualClock();
    metrics = new RecordedMetrics();
    wire = new KubeWire(access, clock);
    transport = new Transport({ wire, clock, random: seededRandom(3), metrics, version: '1.2.3', host: 'api:6443' });
  }

  afterEach(async () => {
    await wire.close();
    await server.stop();
  });

  const asked = (count: number): Promise<true> =>
    until(`the server was asked ${count} times`, 5_000, () => server.requests.length >= count || undefined);
  /** Waits until a timer of that length (or between two) runs beside the deadline of the call, and lets it pass. */
  const pass = async (from: number, to = from): Promise<void> => {
    const delay = await until(`a wait of ${from} to ${to} ms began; there are ${clock.waiting}`, 5_000, () =>
      clock.waiting.find((waiting) => waiting >= from && waiting <= to),
    );
    await clock.advance(delay);
  };

  for (const [what, more, seconds] of [
    ['a call', {}, 30],
    ['a page of a list', { kind: 'page' }, 60],
    ['a call for the lease', { lane: 'lease' }, 5],
  ] as const) {
    for (const [when, script] of silences) {
      it(`gives up ${what} after ${seconds} s, ${when}`, async () => {
        await against(script);
        const error = thrownBy(transport.call(request(more)));
        await asked(1);
        await clock.advance(seconds * 1000 - 1);
        assert.deepEqual(clock.waiting, [1]);
        await clock.advance(1);
        const { name, reason, message } = await error;
        assert.deepEqual([name, reason], ['Upstream', 'DeadlineExceeded']);
        assert.equal(message, `the API server did not answer GET /api/v1/pods within ${seconds} s`);
        assert.deepEqual(clock.waiting, []);
      });
    }
  }

  it('R27 stops when its caller does', async () => {
    await against(() => undefined);
    const stop = new AbortController();
    const error = thrownBy(transport.call(request({ signal: stop.signal })));
    await asked(1);
    stop.abort();
    assert.equal((await error).name, 'Aborted');
  });

  it('says who it is, and in whose name it asks', async () => {
    await against((exchange) => exchange.json(200, { ok: true }));
    const as = { kind: 'service-account', namespace: 'shop', name: 'code-tenant' } as const;
    const answer = await transport.call(request({ as }));
    assert.deepEqual(answer.body, { ok: true });
    const headers = server.requests[0]?.headers;
    assert.equal(headers?.['user-agent'], 'code-operator/1.2.3 (code-test)');
    assert.equal(headers?.['impersonate-user'], 'system:serviceaccount:shop:code-tenant');
    await transport.call(request({ as: { kind: 'operator' } }));
    assert.notProperty(server.requests[1]?.headers, 'impersonate-user');
  });

  it('renews its credentials once for all calls that were answered 401, and asks each again once', async () => {
    await against((exchange) =>
      exchange.json(exchange.request.headers['authorization'] === 'Bearer token-0' ? 401 : 200, {}),
    );
    const answers = await Promise.all(Array.from({ length: 10 }, () => transport.call(request())));
    assert.deepEqual(
      answers.map(({ status }) => status),
      Array.from({ length: 10 }, () => 200),
    );
    assert.equal(access.renewals, 1);
    assert.equal(server.requests.length, 20);
  });

  it('gives back a 401 that new credentials do not help', async () => {
    await against((exchange) => exchange.json(401, {}));
    assert.equal((await transport.call(request())).status, 401);
    assert.equal(server.requests.length, 2);
  });

  it('renews for a stream too', async () => {
    await against((exchange) =>
      exchange.json(exchange.request.headers['authorization'] === 'Bearer token-0' ? 401 : 200, {}),
    );
    const reply = await transport.stream(request());
    assert.equal(reply.status, 200);
    await reply.text();
  });

  for (const status of [429, 503]) {
    it(`waits as long as a ${status} asks, also with a POST`, async () => {
      await against((exchange) => exchange.json(server.requests.length < 3 ? status : 201, {}, { 'retry-after': '4' }));
      const answer = transport.call(request({ method: 'POST', body: '{}' }));
      await pass(4000);
      await pass(4000);
      assert.equal((await answer).status, 201);
    });
  }

  it('gives up a busy server after 3 tries, and says when to come back', async () => {
    await against((exchange) => exchange.json(429, {}, { 'retry-after': '4' }));
    const error = thrownBy(transport.call(request()));
    await pass(4000);
    await pass(4000);
    const { reason, retry } = await error;
    assert.deepEqual([reason, retry], ['TooBusy', { afterMilliseconds: 4000 }]);
    assert.equal(server.requests.length, 3);
  });

  it('never waits beyond its deadline, nor asks others to wait more than 60 s', async () => {
    await against((exchange) => exchange.json(503, {}, { 'retry-after': '3600' }));
    const { reason, retry } = await thrownBy(transport.call(request()));
    assert.deepEqual([reason, retry], ['TooBusy', { afterMilliseconds: 60_000 }]);
    assert.equal(server.requests.length, 1);
  });

  it('R27 stops while it waits for a busy server', async () => {
    await against((exchange) => exchange.json(429, {}, { 'retry-after': '4' }));
    const stop = new AbortController();
    const error = thrownBy(transport.call(request({ signal: stop.signal })));
    await until('the wait began', 5_000, () => clock.waiting.includes(4000));
    stop.abort();
    assert.equal((await error).name, 'Aborted');
    assert.deepEqual(clock.waiting, []);
  });

  it('gives up at its deadline while it waits to repeat', async () => {
    await against((exchange) => {
      clock.advance(29_950).then(() => exchange.reset(), assert.fail);
    });
    const error = thrownBy(transport.call(request()));
    await pass(50);
    assert.equal((await error).reason, 'DeadlineExceeded');
  });

  it('gives back a busy answer that does not ask to wait', async () => {
    await against((exchange) => exchange.json(503, {}));
    assert.equal((await transport.call(request())).status, 503);
  });

  for (const [what, more] of [
    ['a GET', {}],
    ['an apply', apply],
  ] as const) {
    it(`repeats ${what} once when the connection was lost, after 0.1 to 1 s`, async () => {
      await against((exchange) => (server.requests.length === 1 ? exchange.reset() : exchange.json(200, {})));
      const answer = transport.call(request(more));
      await pass(100, 1000);
      assert.equal((await answer).status, 200);
    });

    it(`gives up ${what} whose connection is lost twice`, async () => {
      await against((exchange) => exchange.reset());
      const error = thrownBy(transport.call(request(more)));
      await pass(100, 1000);
      assert.equal((await error).reason, 'ConnectionLost');
      assert.equal(server.requests.length, 2);
    });
  }

  for (const [what, more] of [
    ['a POST', { method: 'POST', body: '{}' }],
    ['a DELETE', { method: 'DELETE' }],
    ['a merge patch', { method: 'PATCH', contentType: 'application/merge-patch+json', body: '{}' }],
  ] as const) {
    it(`never repeats ${what} whose connection was lost: it may have been done`, async () => {
      await against((exchange) => exchange.reset());
      assert.equal((await thrownBy(transport.call(request(more)))).reason, 'ConnectionLost');
      assert.equal(server.requests.length, 1);
    });
  }

  it('counts what was asked and how it ended', async () => {
    await against((exchange) => (exchange.request.method === 'GET' ? exchange.json(404, {}) : exchange.reset()));
    await transport.call(request());
    await thrownBy(transport.call(request({ method: 'DELETE' })));
    assert.deepEqual(Object.fromEntries(metrics.counts), {
      'rest_client_requests_total{code=404,method=GET,host=api:6443}': 1,
      'rest_client_requests_total{code=<error>,method=DELETE,host=api:6443}': 1,
    });
  });
});
