import { assert } from 'chai';
import { kubernetesAccess } from '../../operator/adapters/access.ts';
import { serviceAccountTokens } from '../../operator/adapters/service-account-tokens.ts';
import { CodeError } from '../../operator/api/errors.ts';
import type { ApiCall, ApiReply, ApiRequest } from '../../operator/ports/api-call.ts';
import { TENANT } from '../support/tool-service.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

describe('access, by reviews of the API server', () => {
  const never = new AbortController().signal;
  const clock = (): VirtualClock => new VirtualClock();
  const scripted = (...replies: readonly ApiReply[]): { api: ApiCall; asked: ApiRequest[] } => {
    const asked: ApiRequest[] = [];
    const api: ApiCall = async (request) => {
      asked.push(request);
      const reply = replies[Math.min(asked.length, replies.length) - 1];
      if (reply === undefined) throw new Error('no reply was scripted');
      return reply;
    };
    return { api, asked };
  };
  const reasonOf = async (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      (value) => `no error: ${String(value)}`,
      (error: unknown) => (error instanceof CodeError ? error.reason : String(error)),
    );

  const authenticated = (status: object): ApiReply => ({
    status: 201,
    body: {
      status: { authenticated: true, audiences: ['code-mcp'], user: { username: 'alice', groups: ['dev'] }, ...status },
    },
  });

  it('knows who holds a token, and believes it for ten seconds', async () => {
    const time = clock();
    const { api, asked } = scripted(authenticated({}));
    const access = kubernetesAccess(api, time);
    const alice = { user: 'alice', groups: ['dev'], extra: {} };
    assert.deepEqual(await access.tokenReview('t', 'code-mcp', never), alice);
    assert.deepEqual(asked[0]?.body, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec: { token: 't', audiences: ['code-mcp'] },
    });
    await access.tokenReview('t', 'code-mcp', never);
    assert.equal(asked.length, 1);
    await time.advance(10_000);
    await access.tokenReview('t', 'code-mcp', never);
    assert.equal(asked.length, 2);
  });

  for (const [why, status] of [
    ['that is not valid', { authenticated: false }],
    ['made for another audience', { audiences: ['kubernetes'] }],
    ['whose audience nobody confirmed', { audiences: undefined }],
    ['of nobody', { user: {} }],
  ] as const) {
    it(`lets nobody in by a token ${why}, and asks again each time`, async () => {
      const { api, asked } = scripted(authenticated(status));
      const access = kubernetesAccess(api, clock());
      assert.isUndefined(await access.tokenReview('t', 'code-mcp', never));
      assert.isUndefined(await access.tokenReview('t', 'code-mcp', never));
      assert.equal(asked.length, 2);
    });
  }

  it('asks RBAC for verb invoke on the tool in the namespace, as the caller with all that makes him', async () => {
    const { api, asked } = scripted({ status: 201, body: { status: { allowed: true } } });
    const caller = { ...TENANT, uid: 'u1', extra: { 'authentication.kubernetes.io/pod-name': ['web'] } };
    assert.isTrue(await kubernetesAccess(api, clock()).mayInvoke(caller, 'acme', 'security.scan_manifest', never));
    assert.deepEqual(asked[0]?.body, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        ...caller,
        resourceAttributes: {
          group: 'code-engine.dev',
          resource: 'tools',
          verb: 'invoke',
          name: 'security.scan_manifest',
          namespace: 'acme',
        },
      },
    });
  });

  it('believes a yes for ten seconds and a no not at all', async () => {
    const { api, asked } = scripted(
      { status: 201, body: { status: { allowed: false } } },
      { status: 201, body: { status: { allowed: true } } },
    );
    const access = kubernetesAccess(api, clock());
    const ask = (namespace?: string): Promise<boolean> =>
      access.mayInvoke(TENANT, namespace, 'security.scan_manifest', never);
    assert.deepEqual([await ask('acme'), await ask('acme'), await ask('acme')], [false, true, true]);
    assert.equal(asked.length, 2);
    await ask(undefined);
    assert.equal(asked.length, 3);
  });

  it('fails instead of saying no where the API server does not review', async () => {
    const { api } = scripted({ status: 403, body: {} });
    const access = kubernetesAccess(api, clock());
    assert.equal(await reasonOf(access.tokenReview('t', 'code-mcp', never)), 'ReviewRefused');
    assert.equal(await reasonOf(access.mayInvoke(TENANT, 'acme', 'a.b', never)), 'ReviewRefused');
  });

  describe('tokens of ServiceAccounts', () => {
    const account = { namespace: 'acme', name: 'code-tenant' };
    const issued = (token: string): ApiReply => ({ status: 201, body: { status: { token } } });

    it('are asked for with one audience and ten minutes, and used for eight', async () => {
      const time = clock();
      const { api, asked } = scripted(issued('one'), issued('two'));
      const tokens = serviceAccountTokens(api, time);
      const ask = (): Promise<string> => tokens.token(account, 'code-mcp', never);
      assert.deepEqual([await ask(), await ask()], ['one', 'one']);
      assert.equal(asked[0]?.path, '/api/v1/namespaces/acme/serviceaccounts/code-tenant/token');
      assert.deepEqual(asked[0]?.body, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { audiences: ['code-mcp'], expirationSeconds: 600 },
      });
      await time.advance(480_000);
      assert.equal(await ask(), 'two');
    });

    it('are asked for again when their audience refused one, or when asking failed', async () => {
      const { api } = scripted(issued('one'), { status: 500, body: {} }, issued('three'));
      const tokens = serviceAccountTokens(api, clock());
      await tokens.token(account, 'code-mcp', never);
      tokens.forget(account, 'code-mcp');
      assert.equal(await reasonOf(tokens.token(account, 'code-mcp', never)), 'NoToken');
      assert.equal(await tokens.token(account, 'code-mcp', never), 'three');
    });

    it('are denied where there is no such account, or no right to its token', async () => {
      for (const [status, reason] of [
        [404, 'NoServiceAccount'],
        [403, 'NoIdentity'],
      ] as const) {
        const { api } = scripted({ status, body: {} });
        assert.equal(await reasonOf(serviceAccountTokens(api, clock()).token(account, 'code-mcp', never)), reason);
      }
    });
  });
});
