import { request as httpRequest } from 'node:http';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { assert } from 'chai';
import { clock } from '../../operator/adapters/clock.ts';
import { type McpServerSettings, mcpToolCaller, USUAL_MCP_LIMITS } from '../../operator/adapters/mcp-client/index.ts';
import { Aborted, Denied, InvalidSpec, Upstream } from '../../operator/api/errors.ts';
import type { CallTool } from '../../operator/core/action.ts';
import { toolDigest } from '../../operator/core/tool-digest.ts';
import type { ToolCaller } from '../../operator/ports/tools.ts';
import { servers } from '../../operator/servers/index.ts';
import { type Fixture, fixtureServer } from '../support/fixture-tools.ts';
import { thrownBy } from '../support/thrown-by.ts';
import { ALLOW, startToolService, type ToolService, type ToolServiceOptions } from '../support/tool-service.ts';
import { until } from '../support/until.ts';

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'web', image: 'nginx', securityContext: { privileged: true } }] },
};

let keys = 0;
const call = (tool: string, changes: Partial<CallTool> = {}): CallTool => ({
  type: 'call-tool',
  name: tool,
  server: 'fixture',
  tool,
  arguments: {},
  key: `key-${++keys}`,
  timeout: 5_000,
  as: { kind: 'service-account', namespace: 'acme', name: 'code-tenant' },
  ...changes,
});

const scan = (changes: Partial<CallTool> = {}): CallTool =>
  call('scan_manifest', { server: 'security', arguments: { manifests: [POD] }, ...changes });

describe('tools: our client against our servers', () => {
  let service: ToolService;
  let fixture: Fixture;
  let forgotten: number;

  const start = async (options: Partial<ToolServiceOptions> = {}): Promise<void> => {
    fixture = fixtureServer();
    service = await startToolService({ servers: [...servers, fixture.server], ...options });
  };
  afterEach(() => service.close());

  const caller = (changes: Partial<McpServerSettings> = {}, token = 'tenant'): ToolCaller => {
    forgotten = 0;
    const settings = [...servers, fixture.server].map(
      ({ name }): McpServerSettings => ({
        name,
        url: `${service.origin}/mcp/${name}`,
        trusted: true,
        pins: 'first-use',
        tokenAudience: 'code-mcp',
        limits: USUAL_MCP_LIMITS,
        ...changes,
      }),
    );
    const forget = (): void => {
      forgotten += 1;
    };
    const tokens = { token: async () => token, forget };
    return mcpToolCaller(settings, { clock, tokens, fetch: globalThis.fetch, version: '0.0.0' });
  };

  const never = new AbortController().signal;
  describe('a call that is allowed', () => {
    it('returns what the tool found, as checked structured content', async () => {
      await start();
      const outcome = await caller().call(scan(), never);
      assert.equal(outcome.state, 'succeeded');
      assert.equal(outcome.message, 'security.scan_manifest succeeded');
      assert.nestedInclude(outcome.content, { 'counts.critical': 1 });
    });

    it('leaves an intent and an outcome with its key in the audit trail, and is counted once', async () => {
      await start();
      await caller().call(scan({ key: 'the-key' }), never);
      assert.deepEqual(
        service.audit.map(({ stage, key, actor, outcome }) => ({ stage, key, actor, outcome })),
        [
          { stage: 'intent', key: 'the-key', actor: 'system:serviceaccount:acme:code-tenant', outcome: undefined },
          { stage: 'outcome', key: 'the-key', actor: 'system:serviceaccount:acme:code-tenant', outcome: 'Succeeded' },
        ],
      );
      assert.deepEqual(service.counted, [
        { server: 'security', tool: 'scan_manifest', status: 'Succeeded', tenant: 'acme' },
      ]);
    });

    it('is counted under no tenant where it names a namespace without one: whoever calls could invent series', async () => {
      await start();
      await caller().call(call('events', { server: 'kubernetes', arguments: { namespace: 'invented' } }), never);
      await caller().call(call('read', { arguments: { text: 'hello' } }), never);
      assert.deepEqual(
        service.counted.map(({ tenant }) => tenant),
        ['none', 'acme'],
      );
    });

    it('asks policy about server, tool, arguments, digest, hints and tenant', async () => {
      await start();
      await caller().call(call('read', { arguments: { text: 'hello' } }), never);
      const [question] = service.questions;
      assert.equal(question?.entryPoint, 'code/tool/invoke/decision');
      assert.deepInclude(question?.input, {
        subject: { user: 'system:serviceaccount:acme:code-tenant' },
        tenant: { name: 'acme', tools: ['*'] },
        resource: { kind: 'Tool', name: 'fixture.read', namespace: 'acme' },
        step: { kind: 'tool', name: 'invoke', safety: false, teardown: false },
      });
      const read = fixture.server.tools.find(({ name }) => name === 'read');
      assert.deepEqual(question?.input['actions'], [
        {
          type: 'call-tool',
          server: 'fixture',
          tool: 'read',
          arguments: { text: 'hello' },
          digest: read === undefined ? '' : toolDigest(read),
          hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
        },
      ]);
    });

    it('returns the first outcome again for the same key, and calls again for another', async () => {
      await start();
      const tools = caller();
      const action = call('write');
      const both = await Promise.all([tools.call(action, never), tools.call(action, never)]);
      assert.deepEqual(both[0], both[1]);
      assert.equal(fixture.runs.get('write'), 1);
      await tools.call(call('write'), never);
      assert.equal(fixture.runs.get('write'), 2);
    });

    it('hides credentials in what a tool returns', async () => {
      await start();
      const { content } = await caller().call(call('leaky'), never);
      assert.deepEqual(content, { text: 'url postgres://web:[redacted]@db/app, [redacted]' });
    });
  });

  describe('a call that is refused', () => {
    it('by RBAC says which right is missing where, and the tool never runs', async () => {
      await start({ mayInvoke: () => false });
      const error = await thrownBy(caller().call(call('read'), never));
      assert.instanceOf(error, Denied);
      assert.equal(error.reason, 'Forbidden');
      assert.include(
        error.message,
        'system:serviceaccount:acme:code-tenant may not invoke fixture.read in namespace acme',
      );
      assert.equal(fixture.runs.size, 0);
    });

    it('by policy names the rule', async () => {
      const deny = [{ rule: 'tools/not-listed', message: 'acme does not list it', remedy: 'list it' }];
      await start({ decide: () => ({ ok: true, value: { allow: true, deny, warn: [] }, latencyMicroseconds: 1 }) });
      const error = await thrownBy(caller().call(call('read'), never));
      assert.equal(error.reason, 'PolicyDenied');
      assert.include(error.message, 'policy tools/not-listed denies fixture.read: acme does not list it');
      assert.equal(fixture.runs.size, 0);
    });

    for (const value of [undefined, {}, { allow: true }, { allow: 1, deny: [] }, { allow: 'true', deny: [] }]) {
      it(`by policy that answers ${JSON.stringify(value)} instead of a clear allow`, async () => {
        await start({ decide: () => ({ ok: true, value, latencyMicroseconds: 1 }) });
        assert.equal((await thrownBy(caller().call(call('read'), never))).reason, 'PolicyDenied');
        assert.equal(fixture.runs.size, 0);
      });
    }

    it('by a policy engine that cannot answer', async () => {
      await start({ decide: () => ({ ok: false, failure: 'no-bundle', message: 'no bundle is loaded' }) });
      const error = await thrownBy(caller().call(call('read'), never));
      assert.include(error.message, 'policy code/no-bundle denies fixture.read');
    });

    it('for its token, after one try with a new one', async () => {
      await start();
      const error = await thrownBy(caller({}, 'stale').call(call('read'), never));
      assert.instanceOf(error, Denied);
      assert.equal(error.reason, 'Unauthenticated');
      assert.equal(forgotten, 1);
      assert.equal(fixture.runs.size, 0);
    });

    it('for being made as the operator', async () => {
      await start();
      const error = await thrownBy(caller().call(call('read', { as: { kind: 'operator' } }), never));
      assert.equal(error.reason, 'NoIdentity');
      assert.equal(service.requests(), 0);
    });

    it('for arguments that break the schema, naming the field and what is allowed', async () => {
      await start();
      const wrong = [{ ...POD, spec: { containers: [{ name: 'web', image: 7 }] } }];
      const error = await thrownBy(caller().call(scan({ arguments: { manifests: wrong } }), never));
      assert.instanceOf(error, InvalidSpec);
      assert.equal(error.reason, 'InvalidToolArguments');
      assert.include(error.message, '/manifests/0/spec/containers/0/image must be string');
      const unknown = await thrownBy(caller().call(call('read', { arguments: { colour: 'red' } }), never));
      assert.include(unknown.message, '/colour is not an argument of this tool');
    });

    it('for naming a tool or a server that is not there', async () => {
      await start();
      const tool = await thrownBy(caller().call(call('shell'), never));
      assert.deepEqual([tool.reason, tool.message], ['UnknownTool', 'server fixture offers no tool shell']);
      const server = await thrownBy(caller().call(call('read', { server: 'nowhere' }), never));
      assert.deepEqual(
        [server.reason, server.message],
        ['UnknownServer', 'no MCP server is named nowhere; configured: kubernetes, security, policy, fixture'],
      );
    });

    it('for calling too often, saying when to come back', async () => {
      await start();
      const tools = caller();
      await tools.call(call('rare'), never);
      const error = await thrownBy(tools.call(call('rare'), never));
      assert.instanceOf(error, Upstream);
      assert.equal(error.reason, 'RateLimited');
      assert.isObject(error.retry);
      assert.equal(fixture.runs.get('rare'), 1);
    });

    it('when the tool is not the one that was approved', async () => {
      await start();
      const drifted = await thrownBy(caller({ pins: new Map([['read', 'f'.repeat(64)]]) }).call(call('read'), never));
      assert.deepEqual([drifted.reason, drifted instanceof Denied], ['ToolDrift', true]);
      const unpinned = await thrownBy(caller({ pins: new Map() }).call(call('read'), never));
      assert.equal(unpinned.reason, 'ToolDrift');
      assert.include(unpinned.message, 'is not approved');
      assert.equal(fixture.runs.size, 0);
    });

    it('but not when it is, whatever order its keys are served in', async () => {
      await start();
      const pins = new Map(fixture.server.tools.map((tool) => [tool.name, toolDigest(tool)]));
      assert.equal((await caller({ pins }).call(call('read'), never)).state, 'succeeded');
    });
  });

  describe('a tool that fails', () => {
    it('for the moment, and may be called again, is worth another try at the time it names', async () => {
      await start();
      const tools = caller();
      const action = call('upstream');
      const error = await thrownBy(tools.call(action, never));
      assert.deepEqual(
        [error.reason, error.message, error.retry],
        ['ToolFailed', 'could not call fixture.upstream: the backend is down', { afterMilliseconds: 5_000 }],
      );
      await thrownBy(tools.call(action, never));
      assert.equal(fixture.runs.get('upstream'), 2);
    });

    it('for the moment, and may not be called again, is told as failed with the words of the failure', async () => {
      await start();
      const outcome = await caller().call(call('upstream_write'), never);
      assert.deepEqual([outcome.state, outcome.message], ['failed', 'the backend is down']);
    });

    it('by a fault of its own says nothing of its inside', async () => {
      await start();
      const outcome = await caller().call(call('broken'), never);
      assert.deepEqual([outcome.state, outcome.message], ['failed', 'the tool failed']);
      assert.notInclude(JSON.stringify(outcome), 'the secret inside');
    });

    it('by breaking its own output schema returns nothing of it', async () => {
      await start();
      const outcome = await caller().call(call('lying'), never);
      assert.equal(outcome.state, 'failed');
      assert.notProperty(outcome.content, 'other');
      assert.equal(service.counted[0]?.['status'], 'Bug');
    });

    it('by a result that is too large is told so', async () => {
      await start();
      const outcome = await caller().call(call('large'), never);
      assert.equal(outcome.state, 'failed');
      assert.match(outcome.message, /^the result of fixture\.large has \d+ bytes, 262144 are allowed$/);
    });

    it('by a response that does not end is cut off', async () => {
      await start();
      const error = await thrownBy(caller().call(call('vast'), never));
      assert.deepEqual(
        [error.reason, error.message],
        ['ResponseTooLarge', 'the response is larger than 1048576 bytes'],
      );
    });

    it('by its own time limit is told as a timeout, though it never listens', async () => {
      await start();
      const error = await thrownBy(caller().call(call('slow_itself'), never));
      assert.equal(error.message, 'could not call fixture.slow_itself: fixture.slow_itself took longer than 0.02 s');
    });
  });

  describe('a reply that is lost', () => {
    it('is a failure after a second attempt, each with the time of one, where asking again is harmless', async () => {
      await start();
      const outcome = await caller().call(call('hang', { timeout: 200 }), never);
      assert.deepEqual(outcome, {
        state: 'failed',
        message: 'fixture.hang did not answer within 0.2 s, 2 times',
        content: {},
      });
      assert.equal(fixture.runs.get('hang'), 2);
    });

    it('is a timeout where it only was to be read', async () => {
      await start();
      const error = await thrownBy(caller().call(call('hang', { timeout: 200, readOnly: true }), never));
      assert.deepEqual([error.reason, error instanceof Upstream], ['ToolTimeout', true]);
    });

    it('is an unknown outcome where it is not', async () => {
      await start();
      const outcome = await caller().call(call('hang_write', { timeout: 200 }), never);
      assert.equal(outcome.state, 'unknown');
      assert.equal(fixture.runs.get('hang_write'), 1);
    });

    it('is an unknown outcome for every tool of a server that nobody trusts', async () => {
      await start();
      const outcome = await caller({ trusted: false }).call(call('hang', { timeout: 200 }), never);
      assert.equal(outcome.state, 'unknown');
    });

    it('by a cut connection is asked for once more where that is harmless', async () => {
      let calls = 0;
      await start({
        intercept: (request) => {
          if (request.headers['mcp-method'] !== 'tools/call' || ++calls > 1) return false;
          request.socket.destroy();
          return true;
        },
      });
      assert.equal((await caller().call(call('read'), never)).state, 'succeeded');
      assert.equal(calls, 2);
    });

    it('by a cut connection is unknown for a tool that writes', async () => {
      await start({
        intercept: (request) => {
          if (request.headers['mcp-method'] !== 'tools/call') return false;
          request.socket.destroy();
          return true;
        },
      });
      assert.equal((await caller().call(call('write'), never)).state, 'unknown');
    });

    it('by the crash of an earlier process is not asked for again where that could do it twice', async () => {
      await start();
      const outcome = await caller().call(call('write', { repeated: true }), never);
      assert.equal(outcome.state, 'unknown');
      assert.equal(fixture.runs.size, 0);
      assert.equal((await caller().call(call('read', { repeated: true }), never)).state, 'succeeded');
    });

    it('because the caller was stopped is unknown when it asks again, and is not called twice', async () => {
      await start();
      const stop = new AbortController();
      const tools = caller();
      const write = call('hang_write');
      const pending = tools.call(write, stop.signal);
      await until('the tool ran', 5_000, () => fixture.runs.get('hang_write') === 1);
      stop.abort(new Aborted('Superseded', 'the object changed'));
      assert.equal((await pending).state, 'unknown');
      assert.equal((await tools.call(write, never)).state, 'unknown');
      assert.equal(fixture.runs.get('hang_write'), 1);
    });

    it('because the caller was stopped is told as stopped', async () => {
      await start();
      const stop = new AbortController();
      const pending = thrownBy(caller().call(call('hang'), stop.signal));
      stop.abort();
      assert.equal((await pending).reason, 'Aborted');
    });
  });

  it('a server that is down is left alone after three failures', async () => {
    await start({
      intercept: (_request, response) => {
        response.writeHead(500).end();
        return true;
      },
    });
    const tools = caller();
    for (let failures = 0; failures < 3; failures += 1) {
      assert.equal((await thrownBy(tools.call(call('read'), never))).reason, 'ToolUnreachable');
    }
    const before = service.requests();
    const error = await thrownBy(tools.call(call('read'), never));
    assert.equal(error.reason, 'BreakerOpen');
    assert.match(
      error.message,
      /failed too often \(the server of fixture.read answered 500\) and is tried again in \d+ s$/,
    );
    assert.equal(service.requests(), before);
  });

  describe('over HTTP', () => {
    const raw = (
      path: string,
      headers: Record<string, string>,
    ): Promise<{ status: number; challenge: string | undefined }> =>
      new Promise((resolve, reject) => {
        const request = httpRequest(`${service.origin}${path}`, { method: 'POST', headers }, (response) => {
          response.resume();
          resolve({ status: response.statusCode ?? 0, challenge: response.headers['www-authenticate'] });
        });
        request.on('error', reject);
        request.end('{}');
      });
    const bearer = { authorization: 'Bearer tenant', 'content-type': 'application/json' };

    it('nobody gets in without a token, and is told which one to send', async () => {
      await start();
      for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: 'Basic dGVuYW50' }]) {
        const { status, challenge } = await raw('/mcp/security', headers);
        assert.equal(status, 401);
        assert.equal(challenge, 'Bearer realm="code-mcp", error="invalid_token"');
      }
    });

    it('a request by another name, as of a rebound DNS entry, is refused before its token is read', async () => {
      await start();
      assert.equal((await raw('/mcp/security', { ...bearer, host: 'evil.example' })).status, 403);
      assert.equal((await raw('/mcp/security', { ...bearer, origin: 'https://evil.example' })).status, 403);
      assert.equal((await raw('/mcp/nothing', bearer)).status, 404);
    });

    for (const [era, mode] of [
      ['modern', 'auto'],
      ['legacy', 'legacy'],
    ] as const) {
      it(`all tools are offered together under their long names, in the ${era} era`, async () => {
        await start({ servers });
        const client = new Client({ name: 'test', version: '0' }, { versionNegotiation: { mode } });
        const authProvider = { token: async () => 'tenant' };
        await client.connect(new StreamableHTTPClientTransport(new URL(`${service.origin}/mcp`), { authProvider }));
        const { tools } = await client.listTools();
        const called = await client.callTool({ name: 'security.scan_manifest', arguments: { manifests: [POD] } });
        await client.close();
        assert.equal(client.getServerVersion()?.name ?? 'code', 'code');
        assert.deepEqual(
          tools.map(({ name }) => name),
          servers.flatMap((server) => server.tools.map((tool) => `${server.name}.${tool.name}`)),
        );
        assert.nestedInclude(called.structuredContent, { 'counts.critical': 1 });
      });
    }
  });

  it('policy is asked before RBAC, and both before the audit intent', async () => {
    const order: string[] = [];
    await start({
      decide: () => {
        order.push('policy');
        return ALLOW;
      },
      mayInvoke: () => {
        order.push(`rbac after ${service.audit.length} records`);
        return true;
      },
    });
    await caller().call(call('read'), never);
    assert.deepEqual(order, ['policy', 'rbac after 0 records']);
  });
});
