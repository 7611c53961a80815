import {
  AUTHOR_ROLE,
  allowed,
  type Body,
  type Call,
  denied,
  Impersonation,
  RBAC,
  right,
} from '../support/impersonation.ts';
import { planeWithApi } from '../support/install-api.ts';
import { minimalTenant } from '../support/minimal-objects.ts';
import { testNamespace } from '../support/plane.ts';

const API = '/apis/code-engine.dev/v1alpha1';

describe('admission of what a tenant has', function () {
  this.timeout(60_000);
  let who: Impersonation;
  let namespace: string;
  let tenant: string;
  let names = 0;
  const created: string[] = [];

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    const cluster = await planeWithApi();
    namespace = await testNamespace('admission-walls');
    created.push(namespace);
    who = new Impersonation(cluster, namespace);
    tenant = `${namespace}-tenant`;
    created.push(...['a', 'b', 'c', 'd', 'free'].map((suffix) => `${tenant}-${suffix}`));
    await who.admin({ path: `${API}/tenants`, body: minimalTenant(tenant, {}) });
  });

  after(async () => {
    // An operator that a later test starts shall find nothing of ours to work on.
    await who.tryAdmin({ method: 'DELETE', path: `${API}/tenants/${tenant}` });
    for (const name of created) await who.tryAdmin({ method: 'DELETE', path: `/api/v1/namespaces/${name}` });
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
      denied(await who.as(await who.user(), create(`${tenant}-a`)), 'code-namespaces: creating');
      allowed(await who.as(await who.user(right('tenants', 'claim', tenant)), create(`${tenant}-a`)));
    });

    it('wants the verb adopt to label an existing one', async () => {
      await who.admin(create(`${tenant}-b`, {}));
      const call = relabel(`${tenant}-b`, { 'code-engine.dev/tenant': tenant });
      denied(await who.as(await who.user(right('tenants', 'claim', tenant)), call), 'code-namespaces: adding label');
      allowed(await who.as(await who.user(right('tenants', 'adopt', tenant)), call));
    });

    it('never lets the tenant change, nor go without the verb guard, through a subresource either', async () => {
      await who.admin(create(`${tenant}-c`));
      for (const subresource of ['', '/status']) {
        const moved = relabel(`${tenant}-c`, { 'code-engine.dev/tenant': 'other' }, subresource);
        const dropped = relabel(`${tenant}-c`, { 'code-engine.dev/tenant': null }, subresource);
        denied(await who.tryAdmin(moved), 'code-namespaces: label code-engine.dev/tenant never changes');
        denied(await who.as(await who.user(), dropped), 'code-namespaces: removing label');
      }
      const dropped = relabel(`${tenant}-c`, { 'code-engine.dev/tenant': null });
      allowed(await who.as(await who.user(right('tenants', 'guard', tenant)), dropped));
    });

    it('keeps the labels that are walls', async () => {
      await who.admin(create(`${tenant}-d`));
      const loosened = relabel(`${tenant}-d`, { 'pod-security.kubernetes.io/enforce': 'privileged' });
      denied(await who.as(await who.user(), loosened), 'code-namespaces: labels and annotations');
      allowed(await who.as(await who.user(), relabel(`${tenant}-d`, { team: 'a' })));
    });

    it('gives no reserved namespace to a tenant, whoever asks', async () => {
      const call = relabel('kube-system', { 'code-engine.dev/tenant': tenant });
      denied(await who.tryAdmin(call), 'code-namespaces: a reserved namespace');
    });

    it('lets a namespace without a tenant have what Pod Security it likes', async () => {
      await who.admin(create(`${tenant}-free`, {}));
      allowed(
        await who.as(await who.user(), relabel(`${tenant}-free`, { 'pod-security.kubernetes.io/enforce': 'baseline' })),
      );
    });
  });

  describe('in a namespace of a tenant', () => {
    let walled: string;
    before(async () => {
      walled = await testNamespace('walled', { 'code-engine.dev/tenant': tenant });
      created.push(walled);
    });

    it('code-guardrails lets nobody change, delete or forge a wall without the verb guard', async () => {
      const path = `/api/v1/namespaces/${walled}/configmaps`;
      const wall = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'wall', labels: { 'code-engine.dev/guardrail': 'x' } },
      };
      denied(await who.as(await who.user(), { path, body: wall }), 'code-guardrails:');
      allowed(await who.asOperator({ path, body: wall }));
      const changed = { path: `${path}/wall`, body: { metadata: { labels: { 'code-engine.dev/guardrail': null } } } };
      denied(await who.as(await who.user(), changed), 'code-guardrails:');
      denied(await who.as(await who.user(), { method: 'DELETE', path: `${path}/wall` }), 'code-guardrails:');
      allowed(
        await who.as(await who.user(right('tenants', 'guard', tenant)), { method: 'DELETE', path: `${path}/wall` }),
      );
    });

    const binding = (name: string, subject: Body): Body => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: AUTHOR_ROLE },
      subjects: [subject],
    });

    it('code-bindings binds nothing to everybody or to the ServiceAccounts of others', async () => {
      const path = `${RBAC}/namespaces/${walled}/rolebindings`;
      const admitted = async (subject: Body) =>
        who.as(await who.user(), { path, body: binding(`b-${++names}`, subject) });
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
      const subject = { kind: 'ServiceAccount', name: 'default', namespace: walled };
      const foreign = binding('foreign', subject);
      const own = { ...binding('own', subject), roleRef: { ...Object(foreign['roleRef']), name: 'code:test-nothing' } };
      const role = {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'code:test-nothing' },
        rules: [],
      };
      await who.admin({ path: `${RBAC}/clusterroles`, body: role });
      const here = `${RBAC}/namespaces/${walled}/rolebindings`;
      denied(
        await who.asOperator({ path: here, body: foreign }),
        'code-operator-bounds: the operator binds roles named',
      );
      denied(
        await who.asOperator({ path: `${RBAC}/namespaces/${namespace}/rolebindings`, body: own }),
        'code-operator-bounds:',
      );
      denied(
        await who.asOperator({ path: `/api/v1/namespaces/${namespace}`, body: { metadata: { labels: { a: 'b' } } } }),
        'code-operator-bounds:',
      );
      allowed(await who.asOperator({ path: here, body: own }));
    });
  });
});
