import { assert } from 'chai';
import { apiError } from '../../operator/runtime/api-error.ts';
import { referenceTo } from '../../operator/runtime/resource-path.ts';
import { retryAfterOf } from '../../operator/runtime/retry-after.ts';
import { status } from '../support/cache-rig.ts';

const NOW = Date.UTC(2026, 0, 1);
const asked = { verb: 'create', resource: 'replicasets.apps', key: 'shop/web' };
const said = (reason: string): string => `could not create replicasets.apps shop/web: scripted ${reason}`;

describe('an answer of the API server that is no success', () => {
  const cases: readonly (readonly [number, string, string, string, unknown])[] = [
    [400, 'BadRequest', 'InvalidSpec', 'BadRequest', 'never'],
    [403, 'Forbidden', 'Denied', 'Forbidden', 'never'],
    [404, 'NotFound', 'NotFound', 'NotFound', 'backoff'],
    [409, 'Conflict', 'Conflict', 'Conflict', 'now'],
    [409, 'AlreadyExists', 'Conflict', 'AlreadyExists', 'now'],
    [410, 'Gone', 'Upstream', 'Expired', 'backoff'],
    [413, 'RequestEntityTooLarge', 'InvalidSpec', 'RequestEntityTooLarge', 'never'],
    [415, 'UnsupportedMediaType', 'Bug', 'Status415', 'backoff'],
    [422, 'Invalid', 'InvalidSpec', 'Invalid', 'never'],
    [429, 'TooManyRequests', 'Upstream', 'TooManyRequests', { afterMilliseconds: 7000 }],
    [500, 'InternalError', 'Upstream', 'InternalError', { afterMilliseconds: 7000 }],
    [503, 'ServiceUnavailable', 'Upstream', 'ServiceUnavailable', { afterMilliseconds: 7000 }],
  ];

  for (const [code, serverReason, name, reason, retry] of cases) {
    it(`R28 ${code} ${serverReason} is ${name} ${reason}, with the server's words`, () => {
      const error = apiError(
        { status: code, headers: { 'retry-after': '7' }, body: status(code, serverReason) },
        asked,
        NOW,
      );
      assert.deepEqual(
        { name: error.name, reason: error.reason, message: error.message, retry: error.retry },
        { name, reason, message: said(serverReason), retry },
      );
    });
  }

  it('R28 a 401 says whose fault it is, repeats nothing, and is tried again when credentials may be new', () => {
    const error = apiError({ status: 401, headers: {}, body: status(401, 'Unauthorized') }, asked, NOW);
    assert.deepEqual([error.name, error.reason, error.retry], ['Upstream', 'Unauthorized', 'backoff']);
    assert.equal(
      error.message,
      "could not create replicasets.apps shop/web: the API server does not accept the operator's credentials; renew its token",
    );
  });

  it('R28 an apply that the schema refuses is the fault of the object, though it is answered 500', () => {
    const message =
      'failed to create typed patch object (shop/web; apps/v1, Kind=ReplicaSet): .spec.replica: field not declared in schema';
    const error = apiError({ status: 500, headers: {}, body: { message } }, asked, NOW);
    assert.deepEqual([error.name, error.reason], ['InvalidSpec', 'Invalid']);
  });

  it('quotes an answer that is no Status, shortened', () => {
    const error = apiError({ status: 502, headers: {}, body: 'x'.repeat(2000) }, asked, NOW);
    assert.deepEqual([error.reason, error.retry], ['ServerError', 'backoff']);
    assert.equal(error.message, `could not create replicasets.apps shop/web: ${'x'.repeat(500)} (status 502)`);
  });
});

describe('Retry-After', () => {
  it('is seconds or a date; anything else asks for nothing', () => {
    const cases: readonly (readonly [string | undefined, number | undefined])[] = [
      ['0', 0],
      [' 12 ', 12_000],
      ['Thu, 01 Jan 2026 00:00:05 GMT', 5000],
      ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
      ['soon', undefined],
      ['', undefined],
      [undefined, undefined],
    ];
    assert.deepEqual(
      cases.map(([value]) => retryAfterOf(value === undefined ? {} : { 'retry-after': value }, NOW)),
      cases.map(([, expected]) => expected),
    );
  });
});

describe('the place of an object', () => {
  it('tells our Deployment from that of apps/v1, which is none of ours', () => {
    const metadata = { namespace: 'shop', name: 'web' };
    const ours = { apiVersion: 'code-engine.dev/v1alpha1', kind: 'Deployment', metadata };
    assert.deepEqual(referenceTo(ours), { resource: 'Deployment', namespace: 'shop', name: 'web' });
    assert.throws(
      () => referenceTo({ ...ours, apiVersion: 'apps/v1' }),
      'could not find the path of apps/v1 Deployment',
    );
  });
});
