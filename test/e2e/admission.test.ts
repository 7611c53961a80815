import { allowed, type Body, type Call, denied, Impersonation, right } from '../support/impersonation.ts';
import { planeWithApi } from '../support/install-api.ts';
import { minimalConsultation, minimalDeployment, minimalTenant } from '../support/minimal-objects.ts';
import { testNamespace } from '../support/plane.ts';

const API = '/apis/code-engine.dev/v1alpha1';

describe('admission of our own kinds', function () {
  this.timeout(60_000);
  let who: Impersonation;
  let namespace: string;
  let tenant: string;
  let names = 0;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    const cluster = await planeWithApi();
    namespace = await testNamespace('admission');
    who = new Impersonation(cluster, namespace);
    tenant = `${namespace}-tenant`;
    await who.admin({ path: `${API}/tenants`, body: minimalTenant(tenant, {}) });
  });

  after(async () => {
    // An operator that a later test starts shall find nothing of ours to work on.
    for (const name of [tenant, `${tenant}-status`])
      await who.tryAdmin({ method: 'DELETE', path: `${API}/tenants/${name}` });
    await who.tryAdmin({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}` });
  });

  describe('code-verbs', () => {
    for (const verb of ['retry', 'abort', 'promote'] as const) {
      it(`lets nobody set the token ${verb} without the RBAC verb of that name`, async () => {
        const name = `token-${verb}`;
        await who.admin({ path: deployments(), body: minimalDeployment(name) });
        const token = { metadata: { annotations: { [`code-engine.dev/${verb}`]: '1' } } };
        const call = { path: `${deployments()}/${name}`, body: token };
        denied(await who.as(await who.user(), call), `code-verbs: setting annotation code-engine.dev/${verb}`);
        allowed(await who.as(await who.user(right('deployments', verb)), call));
      });
    }

    it('asks nothing of who changes something else beside a token', async () => {
      const annotations = { 'code-engine.dev/retry': '1' };
      const body = minimalDeployment('has-token', {}, { annotations });
      await who.admin({ path: deployments(), body });
      allowed(await who.as(await who.user(), { path: `${deployments()}/has-token`, body: { spec: { replicas: 2 } } }));
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
        const call = { path: deployments(), body: minimalDeployment(`named-${++names}`, spec) };
        const tellOnly = right('tools', 'invoke', 'notify.post_message');
        denied(await who.as(await who.user(tellOnly), call), `code-tools: spec.${field}`);
        allowed(await who.as(await who.user(tellOnly, right('tools', 'invoke', 'security.scan_image')), call));
      });
    }

    it('asks about each of eight tools', async () => {
      const tools = Array.from({ length: 8 }, (_, index) => `security.tool_${index}`);
      const before = tools.map((tool, index) => ({ name: `t${index}`, server: 'security', tool: tool.slice(9) }));
      const call = { path: deployments(), body: minimalDeployment('eight', { tools: { before } }) };
      denied(
        await who.as(await who.user(right('tools', 'invoke', ...tools.slice(0, 7))), call),
        'code-tools: spec.tools.before',
      );
      allowed(await who.as(await who.user(right('tools', 'invoke', ...tools)), call));
    });

    it('asks again when the arguments change, and not when something else does', async () => {
      await who.admin({ path: deployments(), body: minimalDeployment('kept', { tools: { before: [scan] } }) });
      const nobody = await who.user();
      allowed(await who.as(nobody, { path: `${deployments()}/kept`, body: { spec: { replicas: 4 } } }));
      const before = [{ ...scan, arguments: { image: 'other' } }];
      denied(
        await who.as(nobody, { path: `${deployments()}/kept`, body: { spec: { tools: { before } } } }),
        'code-tools:',
      );
    });
  });

  describe('code-status', () => {
    for (const [plural, create] of [
      ['deployments', () => ({ path: deployments(), body: minimalDeployment('status') })],
      ['expertconsultations', () => ({ path: consultations(), body: minimalConsultation('status') })],
      ['tenants', () => ({ path: `${API}/tenants`, body: minimalTenant(`${tenant}-status`, {}) })],
    ] as const) {
      it(`lets the operator alone write the status of ${plural}`, async () => {
        const { path, body } = create();
        await who.admin({ path, body });
        const call = { path: `${path}/${body.metadata.name}/status`, body: { status: { message: 'all is well' } } };
        denied(await who.as(await who.user(), call), 'code-status:');
        denied(await who.tryAdmin(call), 'code-status:');
        allowed(await who.asOperator(call));
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
    // Waits for its people, also where an operator runs beside these tests.
    const asked = (name: string, spec: Body = {}) =>
      minimalConsultation(name, { experts: [{ name: 'alice', provider: 'human', required: true }], ...spec });
    const answered = (name: string, ...answers: readonly Body[]): Call => ({
      path: `${consultations()}/${name}`,
      body: { spec: { answers } },
    });

    it('lets a person with the verb answer, under their own name only', async () => {
      await who.admin({ path: consultations(), body: asked('named') });
      const [alice, mallory] = [await who.user(right('expertconsultations', 'answer')), await who.user()];
      denied(await who.as(mallory, answered('named', answer(mallory))), 'code-answers: adding to spec.answers');
      denied(
        await who.as(alice, answered('named', answer(mallory))),
        'code-answers: spec.answers[].by must be the user',
      );
      allowed(await who.as(alice, answered('named', answer(alice))));
    });

    it('keeps what was answered, whoever comes next', async () => {
      await who.admin({ path: consultations(), body: asked('kept') });
      const alice = await who.user(right('expertconsultations', 'answer'));
      allowed(await who.as(alice, answered('kept', answer(alice))));
      const changed = { ...answer(alice), answer: 'reject' };
      denied(
        await who.as(alice, answered('kept', changed)),
        'code-answers: an entry of spec.answers changed or is gone',
      );
      denied(await who.as(alice, answered('kept')), 'code-answers: an entry of spec.answers changed or is gone');
      allowed(
        await who.as(alice, { path: `${consultations()}/kept`, body: { metadata: { labels: { seen: 'yes' } } } }),
      );
    });

    it('takes an answer to the plan that status shows, to no other', async () => {
      const subject = { kind: 'Deployment', name: 'shop', planHash: '51c0' };
      await who.admin({ path: consultations(), body: asked('plan', { subject }) });
      allowed(await who.asOperator({ path: `${consultations()}/plan/status`, body: { status: { planHash: '51c0' } } }));
      const alice = await who.user(right('expertconsultations', 'answer'));
      denied(await who.as(alice, answered('plan', answer(alice))), 'code-answers: spec.answers[].planHash');
      denied(await who.as(alice, answered('plan', answer(alice, '66ab'))), 'code-answers: spec.answers[].planHash');
      allowed(await who.as(alice, answered('plan', answer(alice, '51c0'))));
    });

    it('lets nobody bring answers along with the question', async () => {
      const alice = await who.user(right('expertconsultations', 'answer'));
      const body = asked('prepared', { answers: [answer(alice)] });
      denied(
        await who.as(alice, { path: consultations(), body }),
        'code-answers: spec.answers is set on a new consultation',
      );
    });
  });

  it('code-grades lets a person with the verb grade, under their own name only', async () => {
    await who.admin({ path: consultations(), body: minimalConsultation('graded') });
    const grade = (by: string) => ({
      path: `${consultations()}/graded`,
      body: { spec: { grade: { answer: 'approve', by } } },
    });
    const [teacher, mallory] = [await who.user(right('expertconsultations', 'grade')), await who.user()];
    denied(await who.as(mallory, grade(mallory)), 'code-grades: changing spec.grade');
    denied(await who.as(teacher, grade(mallory)), 'code-grades: spec.grade.by');
    allowed(await who.as(teacher, grade(teacher)));
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
    const [lead, mallory] = [await who.user(right('tenants', 'approve')), await who.user()];
    denied(await who.as(mallory, waiver(mallory)), 'code-approvals: adding to spec.waivers');
    denied(await who.as(lead, waiver(mallory)), 'code-approvals: spec.waivers[].approvedBy');
    allowed(await who.as(lead, waiver(lead)));
  });

  describe('code-tenants', () => {
    it('wants the author to hold bind on each ClusterRole a Tenant names', async () => {
      const roles = [{ clusterRole: 'code:viewer', subjects: [{ kind: 'Group', name: 'readers' }] }];
      const call = { path: `${API}/tenants/${tenant}`, body: { spec: { roles } } };
      denied(await who.as(await who.user(), call), 'code-tenants: spec.roles');
      const bind = { ...right('clusterroles', 'bind', 'code:viewer'), apiGroups: ['rbac.authorization.k8s.io'] };
      allowed(await who.as(await who.user(bind), call));
    });

    it('keeps a protected Tenant', async () => {
      const path = `${API}/tenants/${tenant}-protected`;
      await who.admin({ path: `${API}/tenants`, body: minimalTenant(`${tenant}-protected`, { protected: true }) });
      denied(await who.tryAdmin({ method: 'DELETE', path }), 'code-tenants: spec.protected is true');
      await who.admin({ method: 'PATCH', path, body: { spec: { protected: false } } });
      allowed(await who.tryAdmin({ method: 'DELETE', path }));
    });
  });

  const deployments = () => `${API}/namespaces/${namespace}/deployments`;
  const consultations = () => `${API}/namespaces/${namespace}/expertconsultations`;
});
