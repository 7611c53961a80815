import { assert } from 'chai';
import type { Answer } from '../cluster/api-client.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { planeWithApi } from '../support/install-api.ts';
import { testNamespace } from '../support/plane.ts';
import { until } from '../support/until.ts';

const API = '/apis/code-engine.dev/v1alpha1';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const OPERATOR = 'system:serviceaccount:code-system:code-operator';

type Body = { readonly [key: string]: unknown };
interface Call {
  readonly method?: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: Body;
}

describe('admission', function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let namespace: string;
  let tenant: string;
  let users = 0;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    cluster = await planeWithApi();
    namespace = await testNamespace('admission');
    tenant = `${namespace}-tenant`;
    await admin({ path: `${API}/tenants`, body: tenantNamed(tenant, {}) });
  });

  describe('code-verbs', () => {
    for (const verb of ['retry', 'abort', 'promote'] as const) {
      it(`lets nobody set the token ${verb} without the RBAC verb of that name`, async () => {
        const name = `token-${verb}`;
        await admin({ path: deployments(), body: deploymentNamed(name) });
        const token = { metadata: { annotations: { [`code-engine.dev/${verb}`]: '1' } } };
        const call = { path: `${deployments()}/${name}`, body: token };
        denied(await as(await user([]), call), `code-verbs: setting annotation code-engine.dev/${verb}`);
        allowed(await as(await user([right('deployments', verb)]), call));
      });
    }

    it('asks nothing of who changes something else beside a token', async () => {
      const annotations = { 'code-engine.dev/retry': '1' };
      const body = deploymentNamed('has-token', {}, { annotations });
      await admin({ path: deployments(), body });
      allowed(await as(await user([]), { path: `${deployments()}/has-token`, body: { spec: { replicas: 2 } } }));
    });
  });

  describe('code-tools', () => {
    const scan = { name: 'scan', server: 'security', tool: 'scan_image' };
    const tell = { name: 'tell', server: 'notify', tool: 'post_message' };
    const named = [
      ['tools.before', { tools: { before: [scan] } }],
      ['tools.after', { tools: { after: [scan] } }],
      ['tools.onRollback', { tools: { onRollback: [scan] } }],
      ['tools.before[].undo', { tools: { before: [{ ...tell, undo: { server: 'security', tool: 'scan_image' } }] } }],
      ['strategy.canary.steps[].call', { strategy: { type: 'Canary', canary: { steps: [{ call: scan }] } } }],
      [
        'analysis.metrics[].provider.mcp',
        {
          analysis: {
            metrics: [
              {
                name: 'findings',
                provider: { mcp: { server: 'security', tool: 'scan_image', pointer: '/high' } },
                threshold: { max: 0 },
              },
            ],
          },
        },
      ],
    ] as const;
    for (const [field, spec] of named) {
      it(`wants the author to hold invoke on a tool named in ${field}`, async () => {
        const call = { path: deployments(), body: deploymentNamed(`named-${++users}`, spec) };
        const tellOnly = right('tools', 'invoke', 'notify.post_message');
        denied(await as(await user([tellOnly]), call), `code-tools: spec.${field}`);
        allowed(await as(await user([tellOnly, right('tools', 'invoke', 'security.scan_image')]), call));
      });
    }

    it('asks about each of eight tools', async () => {
      const tools = Array.from({ length: 8 }, (_, index) => `security.tool_${index}`);
      const before = tools.map((tool, index) => ({ name: `t${index}`, server: 'security', tool: tool.slice(9) }));
      const call = { path: deployments(), body: deploymentNamed('eight', { tools: { before } }) };
      denied(
        await as(await user([right('tools', 'invoke', ...tools.slice(0, 7))]), call),
        'code-tools: spec.tools.before',
      );
      allowed(await as(await user([right('tools', 'invoke', ...tools)]), call));
    });

    it('asks again when the arguments change, and not when something else does', async () => {
      await admin({ path: deployments(), body: deploymentNamed('kept', { tools: { before: [scan] } }) });
      const nobody = await user([]);
      allowed(await as(nobody, { path: `${deployments()}/kept`, body: { spec: { replicas: 4 } } }));
      const before = [{ ...scan, arguments: { image: 'other' } }];
      denied(await as(nobody, { path: `${deployments()}/kept`, body: { spec: { tools: { before } } } }), 'code-tools:');
    });
  });

  describe('code-status', () => {
    for (const [plural, create] of [
      ['deployments', () => ({ path: deployments(), body: deploymentNamed('status') })],
      ['expertconsultations', () => ({ path: consultations(), body: consultationNamed('status') })],
      ['tenants', () => ({ path: `${API}/tenants`, body: tenantNamed(`${tenant}-status`, {}) })],
    ] as const) {
      it(`lets the operator alone write the status of ${plural}`, async () => {
        const { path, body } = create();
        await admin({ path, body });
        const call = { path: `${path}/${body.metadata.name}/status`, body: { status: { message: 'all is well' } } };
        denied(await as(await user([]), call), 'code-status:');
        denied(await cluster.request(requestOf(call)), 'code-status:');
        await grant(OPERATOR, [right(`${plural}/status`, 'patch'), right(`${plural}/status`, 'update')]);
        allowed(await as(OPERATOR, call));
      });
    }
  });

  describe('code-answers', () => {
    const answer = (by: string, planHash?: string) => ({
      expert: 'alice',
      by,
      answer: 'approve',
      ...(planHash === undefined ? {} : { planHash }),
    });
    const answered = (name: string, ...answers: readonly Body[]): Call => ({
      path: `${consultations()}/${name}`,
      body: { spec: { answers } },
    });

    it('lets a person with the verb answer, under their own name only', async () => {
      await admin({ path: consultations(), body: consultationNamed('named') });
      const [alice, mallory] = [await user([right('expertconsultations', 'answer')]), await user([])];
      denied(await as(mallory, answered('named', answer(mallory))), 'code-answers: adding to spec.answers');
      denied(await as(alice, answered('named', answer(mallory))), 'code-answers: spec.answers[].by must be the user');
      allowed(await as(alice, answered('named', answer(alice))));
    });

    it('keeps what was answered, whoever comes next', async () => {
      await admin({ path: consultations(), body: consultationNamed('kept') });
      const alice = await user([right('expertconsultations', 'answer')]);
      allowed(await as(alice, answered('kept', answer(alice))));
      const changed = { ...answer(alice), answer: 'reject' };
      denied(await as(alice, answered('kept', changed)), 'code-answers: an entry of spec.answers changed or is gone');
      denied(await as(alice, answered('kept')), 'code-answers: an entry of spec.answers changed or is gone');
      allowed(await as(alice, { path: `${consultations()}/kept`, body: { metadata: { labels: { seen: 'yes' } } } }));
    });

    it('takes an answer to the plan that status shows, to no other', async () => {
      await admin({ path: consultations(), body: consultationNamed('plan') });
      await grant(OPERATOR, [right('expertconsultations/status', 'patch')]);
      allowed(await as(OPERATOR, { path: `${consultations()}/plan/status`, body: { status: { planHash: '51c0' } } }));
      const alice = await user([right('expertconsultations', 'answer')]);
      denied(await as(alice, answered('plan', answer(alice))), 'code-answers: spec.answers[].planHash');
      denied(await as(alice, answered('plan', answer(alice, '66ab'))), 'code-answers: spec.answers[].planHash');
      allowed(await as(alice, answered('plan', answer(alice, '51c0'))));
    });

    it('lets nobody bring answers along with the question', async () => {
      const alice = await user([right('expertconsultations', 'answer')]);
      const body = consultationNamed('prepared', { answers: [answer(alice)] });
      denied(
        await as(alice, { path: consultations(), body }),
        'code-answers: spec.answers is set on a new consultation',
      );
    });
  });

  it('code-grades lets a person with the verb grade, under their own name only', async () => {
    await admin({ path: consultations(), body: consultationNamed('graded') });
    const grade = (by: string) => ({
      path: `${consultations()}/graded`,
      body: { spec: { grade: { answer: 'approve', by } } },
    });
    const [teacher, mallory] = [await user([right('expertconsultations', 'grade')]), await user([])];
    denied(await as(mallory, grade(mallory)), 'code-grades: changing spec.grade');
    denied(await as(teacher, grade(mallory)), 'code-grades: spec.grade.by');
    allowed(await as(teacher, grade(teacher)));
  });

  it('code-approvals lets a person with the verb approve waive, under their own name only', async () => {
    const waiver = (approvedBy: string) => ({
      path: `${API}/tenants/${tenant}`,
      body: {
        spec: {
          waivers: [{ rule: 'pod-security/privileged', reason: 'test', approvedBy, expires: '2027-01-01T00:00:00Z' }],
        },
      },
    });
    const [lead, mallory] = [await user([right('tenants', 'approve')]), await user([])];
    denied(await as(mallory, waiver(mallory)), 'code-approvals: adding to spec.waivers');
    denied(await as(lead, waiver(mallory)), 'code-approvals: spec.waivers[].approvedBy');
    allowed(await as(lead, waiver(lead)));
  });

  describe('code-tenants', () => {
    it('wants the author to hold bind on each ClusterRole a Tenant names', async () => {
      const roles = [{ clusterRole: 'code:viewer', subjects: [{ kind: 'Group', name: 'readers' }] }];
      const call = { path: `${API}/tenants/${tenant}`, body: { spec: { roles } } };
      denied(await as(await user([]), call), 'code-tenants: spec.roles');
      const bind = { ...right('clusterroles', 'bind', 'code:viewer'), apiGroups: ['rbac.authorization.k8s.io'] };
      allowed(await as(await user([bind]), call));
    });

    it('keeps a protected Tenant', async () => {
      const path = `${API}/tenants/${tenant}-protected`;
      await admin({ path: `${API}/tenants`, body: tenantNamed(`${tenant}-protected`, { protected: true }) });
      denied(await cluster.request({ method: 'DELETE', path }), 'code-tenants: spec.protected is true');
      await admin({ method: 'PATCH', path, body: { spec: { protected: false } } });
      allowed(await cluster.request({ method: 'DELETE', path }));
    });
  });

  describe('code-namespaces', () => {
    const create = (name: string, labels: Body = { 'code-engine.dev/tenant': tenant }): Call => ({
      path: '/api/v1/namespaces',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } },
    });
    const relabel = (name: string, labels: Body, subresource = ''): Call => ({
      path: `/api/v1/namespaces/${name}${subresource}`,
      body: { metadata: { labels } },
    });

    it('wants the verb claim to create a namespace of a tenant', async () => {
      denied(await as(await user([]), create(`${tenant}-a`)), 'code-namespaces: creating');
      allowed(await as(await user([right('tenants', 'claim', tenant)]), create(`${tenant}-a`)));
    });

    it('wants the verb adopt to label an existing one', async () => {
      await admin(create(`${tenant}-b`, {}));
      const call = relabel(`${tenant}-b`, { 'code-engine.dev/tenant': tenant });
      denied(await as(await user([right('tenants', 'claim', tenant)]), call), 'code-namespaces: adding label');
      allowed(await as(await user([right('tenants', 'adopt', tenant)]), call));
    });

    it('never lets the tenant change, nor go without the verb guard, through a subresource either', async () => {
      await admin(create(`${tenant}-c`));
      for (const subresource of ['', '/status']) {
        const moved = relabel(`${tenant}-c`, { 'code-engine.dev/tenant': 'other' }, subresource);
        const dropped = relabel(`${tenant}-c`, { 'code-engine.dev/tenant': null }, subresource);
        denied(await cluster.request(requestOf(moved)), 'code-namespaces: label code-engine.dev/tenant never changes');
        denied(await as(await user([]), dropped), 'code-namespaces: removing label');
      }
      const dropped = relabel(`${tenant}-c`, { 'code-engine.dev/tenant': null });
      allowed(await as(await user([right('tenants', 'guard', tenant)]), dropped));
    });

    it('keeps the labels that are walls', async () => {
      await admin(create(`${tenant}-d`));
      const loosened = relabel(`${tenant}-d`, { 'pod-security.kubernetes.io/enforce': 'privileged' });
      denied(await as(await user([]), loosened), 'code-namespaces: labels and annotations');
      allowed(await as(await user([]), relabel(`${tenant}-d`, { team: 'a' })));
    });

    it('gives no reserved namespace to a tenant, whoever asks', async () => {
      const call = relabel('kube-system', { 'code-engine.dev/tenant': tenant });
      denied(await cluster.request(requestOf(call)), 'code-namespaces: a reserved namespace');
    });

    it('lets a namespace without a tenant have what Pod Security it likes', async () => {
      await admin(create(`${tenant}-free`, {}));
      allowed(
        await as(await user([]), relabel(`${tenant}-free`, { 'pod-security.kubernetes.io/enforce': 'baseline' })),
      );
    });
  });

  describe('in a namespace of a tenant', () => {
    let walled: string;
    before(async () => {
      walled = await testNamespace('walled', { 'code-engine.dev/tenant': tenant });
    });

    it('code-guardrails lets nobody change, delete or forge a wall without the verb guard', async () => {
      const path = `/api/v1/namespaces/${walled}/configmaps`;
      const wall = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'wall', labels: { 'code-engine.dev/guardrail': 'x' } },
      };
      denied(await as(await user([]), { path, body: wall }), 'code-guardrails:');
      await grant(OPERATOR, []);
      allowed(await as(OPERATOR, { path, body: wall }));
      const changed = { path: `${path}/wall`, body: { metadata: { labels: { 'code-engine.dev/guardrail': null } } } };
      denied(await as(await user([]), changed), 'code-guardrails:');
      denied(await as(await user([]), { method: 'DELETE', path: `${path}/wall` }), 'code-guardrails:');
      allowed(await as(await user([right('tenants', 'guard', tenant)]), { method: 'DELETE', path: `${path}/wall` }));
    });

    const binding = (name: string, subject: Body): Body => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'code-test-author' },
      subjects: [subject],
    });

    it('code-bindings binds nothing to everybody or to the ServiceAccounts of others', async () => {
      const path = `${RBAC}/namespaces/${walled}/rolebindings`;
      const admitted = async (subject: Body) => as(await user([]), { path, body: binding(`b-${++users}`, subject) });
      const apiGroup = 'rbac.authorization.k8s.io';
      denied(await admitted({ apiGroup, kind: 'Group', name: 'system:authenticated' }), 'code-bindings:');
      denied(await admitted({ apiGroup, kind: 'Group', name: 'system:serviceaccounts:default' }), 'code-bindings:');
      denied(
        await admitted({ apiGroup, kind: 'User', name: 'system:serviceaccount:default:default' }),
        'code-bindings:',
      );
      denied(await admitted({ kind: 'ServiceAccount', name: 'default', namespace: 'default' }), 'code-bindings:');
      allowed(await admitted({ kind: 'ServiceAccount', name: 'default', namespace: walled }));
      allowed(await admitted({ apiGroup, kind: 'Group', name: 'acme-developers' }));
    });

    it('code-operator-bounds lets the operator bind code:* roles, here and nowhere else', async () => {
      await grant(OPERATOR, []);
      const subject = { kind: 'ServiceAccount', name: 'default', namespace: walled };
      const foreign = binding('foreign', subject);
      const own = { ...binding('own', subject), roleRef: { ...Object(foreign['roleRef']), name: 'code:test-nothing' } };
      const role = {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'code:test-nothing' },
        rules: [],
      };
      await admin({ path: `${RBAC}/clusterroles`, body: role });
      const here = `${RBAC}/namespaces/${walled}/rolebindings`;
      denied(await as(OPERATOR, { path: here, body: foreign }), 'code-operator-bounds: the operator binds roles named');
      denied(
        await as(OPERATOR, { path: `${RBAC}/namespaces/${namespace}/rolebindings`, body: own }),
        'code-operator-bounds:',
      );
      denied(
        await as(OPERATOR, { path: `/api/v1/namespaces/${namespace}`, body: { metadata: { labels: { a: 'b' } } } }),
        'code-operator-bounds:',
      );
      allowed(await as(OPERATOR, { path: here, body: own }));
    });
  });

  const deployments = () => `${API}/namespaces/${namespace}/deployments`;
  const consultations = () => `${API}/namespaces/${namespace}/expertconsultations`;

  function requestOf({ method, path, body }: Call) {
    const verb = method ?? (isObjectPath(path) ? 'PATCH' : 'POST');
    return {
      method: verb,
      path,
      body,
      contentType: verb === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
    };
  }

  async function admin(call: Call): Promise<void> {
    await cluster.expectSuccess(requestOf(call));
  }

  function as(name: string, call: Call): Promise<Answer> {
    return cluster.request({ ...requestOf(call), headers: { 'impersonate-user': name } });
  }

  /** A fresh user who may write what these tests write, and besides has the rights given. */
  async function user(rights: readonly Rule[]): Promise<string> {
    const name = `${namespace}-user-${++users}`;
    await grant(name, rights);
    return name;
  }

  async function grant(name: string, rights: readonly Rule[]): Promise<void> {
    const role = `code-test-${++users}-${namespace}`;
    await ensure(`${RBAC}/clusterroles`, { ...roleNamed('code-test-author'), rules: author });
    await admin({
      path: `${RBAC}/clusterroles`,
      body: { ...roleNamed(role), rules: [...rights, right('markers', 'see', role)] },
    });
    for (const bound of [role, 'code-test-author']) {
      const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name }];
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: bound };
      const metadata = { name: `${role}-${bound}` };
      const body = {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata,
        roleRef,
        subjects,
      };
      await admin({ path: `${RBAC}/clusterrolebindings`, body });
    }
    // The authorizer sees a new binding a moment after it is stored.
    await until(`${name} had its rights`, 10_000, async () => {
      const marker = { group: 'code-engine.dev', resource: 'markers', verb: 'see', name: role };
      const author = { resource: 'namespaces', verb: 'delete' };
      return (await may(name, marker)) && (await may(name, author));
    });
  }

  async function may(name: string, resourceAttributes: Body): Promise<boolean> {
    const spec = { user: name, resourceAttributes };
    const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec };
    const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
    const review = await cluster.expectSuccess({ method: 'POST', path, body });
    return (review as { status: { allowed: boolean } }).status.allowed; // border: the API server's own kind
  }

  async function ensure(path: string, body: Body): Promise<void> {
    const { status } = await cluster.request({ method: 'POST', path, body });
    assert.oneOf(status, [201, 409]);
  }
});

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

const writes = ['get', 'create', 'update', 'patch', 'delete'];

/** What an author of these objects usually holds; none of the virtual verbs. */
const author: readonly Rule[] = [
  {
    apiGroups: ['code-engine.dev'],
    resources: [
      'deployments',
      'expertconsultations',
      'tenants',
      'deployments/status',
      'expertconsultations/status',
      'tenants/status',
    ],
    verbs: writes,
  },
  { apiGroups: [''], resources: ['namespaces', 'namespaces/status', 'configmaps'], verbs: writes },
  { apiGroups: ['rbac.authorization.k8s.io'], resources: ['rolebindings'], verbs: [...writes, 'bind'] },
  {
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['clusterroles'],
    verbs: ['bind'],
    resourceNames: ['code-test-author', 'code:test-nothing'],
  },
];

function right(resource: string, verb: string, ...names: readonly string[]): Rule {
  const rule = { apiGroups: ['code-engine.dev'], resources: [resource], verbs: [verb] };
  return names.length === 0 ? rule : { ...rule, resourceNames: names };
}

function roleNamed(name: string): Body {
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name } };
}

/** Whether a path names one object, not a collection. */
function isObjectPath(path: string): boolean {
  return !/\/(deployments|expertconsultations|tenants|namespaces|configmaps|rolebindings|clusterroles|clusterrolebindings)$/.test(
    path,
  );
}

function deploymentNamed(name: string, spec: Body = {}, metadata: Body = {}) {
  const labels = { app: name };
  const containers = [{ name: 'web', image: 'registry.example/web:1' }];
  return {
    apiVersion: 'code-engine.dev/v1alpha1',
    kind: 'Deployment',
    metadata: { name, ...metadata },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } }, ...spec },
  };
}

function consultationNamed(name: string, spec: Body = {}) {
  const answer = { kind: 'choice', options: ['approve', 'reject'], permits: ['approve'] };
  return {
    apiVersion: 'code-engine.dev/v1alpha1',
    kind: 'ExpertConsultation',
    metadata: { name },
    spec: { title: 'Safe?', question: 'Is this release safe to roll out?', answer, ...spec },
  };
}

function tenantNamed(name: string, spec: Body) {
  return {
    apiVersion: 'code-engine.dev/v1alpha1',
    kind: 'Tenant',
    metadata: { name },
    spec: { owners: [{ kind: 'Group', name: 'acme-admins' }], ...spec },
  };
}

/** Refused by this rule, not by anything else. */
function denied({ status, body }: Answer, message: string): void {
  const words = (body as { message?: string }).message ?? '';
  assert.include(words, `denied request: ${message}`, `status ${status}`);
  assert.strictEqual(status, 403);
}

function allowed({ status, body }: Answer): void {
  assert.oneOf(status, [200, 201], JSON.stringify((body as { message?: string }).message));
}
