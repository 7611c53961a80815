import { assert } from 'chai';
import { Denied, Upstream } from '../../../operator/api/errors.ts';
import { apiCallOver } from '../../../operator/runtime/api-call.ts';
import type { ApiAnswer, ApiRequest, Transport } from '../../../operator/runtime/transport.ts';
import { thrownBy } from '../../support/thrown-by.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const caller = (user: string) => ({ user, groups: [], extra: {} });
const { signal } = new AbortController();

/** The call over a transport that gives one answer and keeps what it was asked. */
function over(status: number, headers: Readonly<Record<string, string>> = {}) {
  const asked: ApiRequest[] = [];
  const transport = {
    call: async (request: ApiRequest): Promise<ApiAnswer> => {
      asked.push(request);
      return { status, headers, body: { message: 'said' } };
    },
  };
  return { asked, call: apiCallOver(transport as unknown as Transport, new VirtualClock()) }; // border: the one method it uses
}

describe('a single exchange with the API server', () => {
  it('resolves with whatever the server says below 500', async () => {
    for (const status of [200, 201, 403, 404]) {
      const { call } = over(status);
      assert.deepEqual(await call({ method: 'GET', path: '/x', signal }), { status, body: { message: 'said' } });
    }
  });

  it('throws Upstream where the server could not answer, after its Retry-After', async () => {
    const busy = await thrownBy(over(429, { 'retry-after': '7' }).call({ method: 'GET', path: '/x', signal }));
    assert.instanceOf(busy, Upstream);
    assert.deepEqual(busy.retry, { afterMilliseconds: 7_000 });
    assert.instanceOf(await thrownBy(over(500).call({ method: 'GET', path: '/x', signal })), Upstream);
  });

  it('goes out as the operator with its signal, unless a caller is given (R27, R41)', async () => {
    const { asked, call } = over(200);
    await call({ method: 'POST', path: '/x', body: { a: 1 }, query: { q: '1' }, signal });
    assert.deepEqual(asked, [
      {
        method: 'POST',
        path: '/x',
        query: { q: '1' },
        body: '{"a":1}',
        contentType: 'application/json',
        controller: 'tools',
        kind: 'call',
        lane: 'calls',
        signal,
      },
    ]);
  });

  it('impersonates the ServiceAccount of tenants, and nobody else', async () => {
    const { asked, call } = over(200);
    await call({ method: 'GET', path: '/x', as: caller('system:serviceaccount:acme:code-tenant'), signal });
    assert.deepEqual(asked[0]?.as, { kind: 'service-account', namespace: 'acme', name: 'code-tenant' });
    for (const user of [
      'alice',
      'system:serviceaccount:acme:default',
      'system:serviceaccount:a:b:code-tenant',
      'x system:serviceaccount:acme:code-tenant',
    ]) {
      const refused = await thrownBy(call({ method: 'GET', path: '/x', as: caller(user), signal }));
      assert.instanceOf(refused, Denied, user);
      assert.equal(refused.reason, 'CallerNotImpersonable');
    }
    assert.lengthOf(asked, 1);
  });
});
