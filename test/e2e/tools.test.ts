import { assert } from 'chai';
import { kubernetesAccess } from '../../operator/adapters/access.ts';
import { clock } from '../../operator/adapters/clock.ts';
import { Credentials } from '../../operator/adapters/kube/credentials.ts';
import { kubeConfigFrom } from '../../operator/adapters/kube/kube-config-from.ts';
import { KubeWire } from '../../operator/adapters/kube/wire.ts';
import { type McpServerSettings, mcpToolCaller, USUAL_MCP_LIMITS } from '../../operator/adapters/mcp-client/index.ts';
import { openPolicyEngine } from '../../operator/adapters/policy/open-policy-engine.ts';
import { threadTime } from '../../operator/adapters/policy/thread-time.ts';
import { serviceAccountTokens } from '../../operator/adapters/service-account-tokens.ts';
import type { CallTool } from '../../operator/core/action.ts';
import type { Json } from '../../operator/core/json.ts';
import type { TokenSource } from '../../operator/ports/tokens.ts';
import type { ToolCaller } from '../../operator/ports/tools.ts';
import { apiCallOver } from '../../operator/runtime/api-call.ts';
import { Transport } from '../../operator/runtime/transport.ts';
import { servers } from '../../operator/servers/index.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { auditLogEnd, readAuditLog } from '../support/audit-log.ts';
import { plane, testNamespace } from '../support/plane.ts';
import { RecordedMetrics } from '../support/recorded-metrics.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { thrownBy } from '../support/thrown-by.ts';
import { startToolService, type ToolService } from '../support/tool-service.ts';
import { until } from '../support/until.ts';
import { ensurePolicyBundle } from '../verbs/build-policy.ts';

const RBAC = 'rbac.authorization.k8s.io';

describe('tools on a real API server, by its tokens, its rights and the real policies', function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let namespace: string;
  let wire: KubeWire;
  let service: ToolService;
  let tokens: TokenSource;
  /** What the namespace's Tenant lists; absent: it has none. */
  let listed: readonly string[] | undefined;
  const never = new AbortController().signal;

  before(async function () {
    this.timeout(45 * 60_000);
    cluster = await plane();
    namespace = await testNamespace('tools');
    await grant(cluster, namespace);
    const path = cluster.writeKubeconfig(`tools-${namespace}`, {
      token: await cluster.tokenFor(namespace, 'operator'),
    });
    const metrics = new RecordedMetrics();
    const credentials = new Credentials(() => kubeConfigFrom({ kind: 'file', path }), clock, metrics);
    wire = new KubeWire(credentials, clock);
    const parts = { wire, clock, metrics, random: seededRandom(1), version: '0.0.0-test', host: credentials.host };
    const api = apiCallOver(new Transport(parts), clock);
    tokens = serviceAccountTokens(api, clock);
    const policy = await openPolicyEngine((await ensurePolicyBundle()).wasm, threadTime);
    const tenantOf = () => (listed === undefined ? undefined : { name: 'acme', tools: listed });
    service = await startToolService({
      servers,
      doors: { access: kubernetesAccess(api, clock), api, policy, tenantOf },
    });
  });

  beforeEach(() => {
    listed = undefined;
  });

  after(async () => {
    await service?.close();
    await wire?.close();
  });

  const caller = (source: TokenSource = tokens): ToolCaller => {
    const settings = servers.map(
      ({ name }): McpServerSettings => ({
        name,
        url: `${service.origin}/mcp/${name}`,
        trusted: true,
        pins: 'first-use',
        tokenAudience: 'code-mcp',
        limits: USUAL_MCP_LIMITS,
      }),
    );
    return mcpToolCaller(settings, { clock, tokens: source, fetch: globalThis.fetch, version: '0.0.0' });
  };

  let calls = 0;
  const call = (server: string, tool: string, input: CallTool['arguments']): CallTool => ({
    type: 'call-tool',
    name: tool,
    server,
    tool,
    arguments: input,
    key: `e2e-${++calls}`,
    timeout: 10_000,
    as: { kind: 'service-account', namespace, name: 'code-tenant' },
  });
  const get = (resource: string, name: string): CallTool =>
    call('kubernetes', 'get', { apiVersion: 'v1', resource, namespace, name });
  const scan = (): CallTool =>
    call('security', 'scan_manifest', {
      manifests: [
        { apiVersion: 'v1', kind: 'Pod', spec: { hostPID: true, containers: [{ name: 'a', image: 'a:1' }] } },
      ],
    });

  it('a call as the tenant goes through, on a token made for our servers alone', async () => {
    const outcome = await caller().call(scan(), never);
    assert.equal(outcome.state, 'succeeded');
    assert.nestedInclude(outcome.content, { 'counts.high': 1 });
  });

  it('a token of the same account made for the API server is refused', async () => {
    const stolen = await cluster.tokenFor(namespace, 'code-tenant');
    const source: TokenSource = { token: async () => stolen, forget: () => undefined };
    const error = await thrownBy(caller(source).call(scan(), never));
    assert.propertyVal(error, 'reason', 'Unauthenticated');
  });

  it('a tool that no Role grants is refused, naming the right', async () => {
    const events = call('kubernetes', 'events', { namespace });
    const error = await thrownBy(caller().call(events, never));
    assert.propertyVal(error, 'reason', 'Forbidden');
    assert.include(String(error), `may not invoke kubernetes.events in namespace ${namespace}`);
  });

  it('a tool that the Tenant does not list is refused by policy', async () => {
    listed = ['security.*'];
    const error = await thrownBy(caller().call(get('configmaps', 'open'), never));
    assert.propertyVal(error, 'reason', 'PolicyDenied');
    assert.include(String(error), 'tools/not-listed');
    assert.equal((await caller().call(scan(), never)).state, 'succeeded');
  });

  it('a tool reads as its caller, who sees what his Role shows and nothing else', async () => {
    const from = auditLogEnd(cluster.auditLog);
    const open = await caller().call(get('configmaps', 'open'), never);
    assert.nestedInclude(open.content, { 'object.data.colour': 'green' });
    const hidden = await caller().call(get('secrets', 'hidden'), never);
    const absent = await caller().call(get('secrets', 'absent'), never);
    assert.equal(hidden.state, 'failed');
    assert.equal(hidden.message.replace('hidden', 'absent'), absent.message);
    assert.notInclude(JSON.stringify(hidden), 'aHVudGVyMg');
    const asTenant = `system:serviceaccount:${namespace}:code-tenant`;
    await until('the audit log shows three reads in the name of the tenant', 10_000, async () => {
      let reads = 0;
      for await (const { verb, impersonatedUser, object } of readAuditLog(cluster.auditLog, from)) {
        if (verb === 'get' && object?.namespace === namespace && impersonatedUser === asTenant) reads += 1;
      }
      return reads === 3;
    });
  });

  it('the caller is told his own rights', async () => {
    const may = (verb: string, resource: string): CallTool =>
      call('kubernetes', 'can_i', { verb, resource, namespace });
    const tools = caller();
    const answers = [await tools.call(may('get', 'configmaps'), never), await tools.call(may('delete', 'pods'), never)];
    assert.deepEqual(
      answers.map(({ content }) => (content as { readonly allowed: Json }).allowed), // border: by the tool's output schema
      [true, false],
    );
  });
});

/** The operator may review, ask for tokens and impersonate; the tenant may invoke three tools and read ConfigMaps. */
async function grant(cluster: Cluster, namespace: string): Promise<void> {
  const create = (path: string, body: object) => cluster.expectSuccess({ method: 'POST', path, body });
  const core = `/api/v1/namespaces/${namespace}`;
  const rbac = `/apis/${RBAC}/v1`;
  for (const name of ['operator', 'code-tenant']) {
    await create(`${core}/serviceaccounts`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
  }
  await create(`${core}/configmaps`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'open' },
    data: { colour: 'green' },
  });
  await create(`${core}/secrets`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'hidden' },
    data: { key: 'aHVudGVyMg==' },
  });
  const role = async (scope: string, kind: 'ClusterRole' | 'Role', account: string, rules: readonly object[]) => {
    const name = `tools-test-${account}-${namespace}`;
    const subjects = [{ kind: 'ServiceAccount', name: account, namespace }];
    const head = { apiVersion: `${RBAC}/v1`, metadata: { name } };
    await create(`${scope}/${kind.toLowerCase()}s`, { ...head, kind, rules });
    const roleRef = { apiGroup: RBAC, kind, name };
    await create(`${scope}/${kind.toLowerCase()}bindings`, { ...head, kind: `${kind}Binding`, roleRef, subjects });
  };
  await role(rbac, 'ClusterRole', 'operator', [
    { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
    { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
  ]);
  await role(`${rbac}/namespaces/${namespace}`, 'Role', 'operator', [
    { apiGroups: [''], resources: ['serviceaccounts'], resourceNames: ['code-tenant'], verbs: ['impersonate'] },
    { apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: ['code-tenant'], verbs: ['create'] },
  ]);
  await role(`${rbac}/namespaces/${namespace}`, 'Role', 'code-tenant', [
    {
      apiGroups: ['code-engine.dev'],
      resources: ['tools'],
      resourceNames: ['security.scan_manifest', 'kubernetes.get', 'kubernetes.can_i'],
      verbs: ['invoke'],
    },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] },
  ]);
}
