import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { assert } from 'chai';
import type { Tenant, TenantSpec, TenantStatus } from '../../operator/api/generated/tenant.ts';
import type { KubeObject } from '../../operator/api/objects.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { install } from '../cluster/install.ts';
import { type OperatorProcess, runOperator } from '../cluster/operator.ts';
import { auditLogEnd, readAuditLog } from '../support/audit-log.ts';
import { planeWithApi } from '../support/install-api.ts';
import { kubectl } from '../support/kubectl.ts';
import { until } from '../support/until.ts';
import { projectRoot } from '../verbs/project.ts';

const OPERATOR = 'system:serviceaccount:code-system:code-operator';
/** Drift and strangers are answered within this (tenancy.md section 1). */
const SOON = 5_000;
const SETTLED = 30_000;

describe('a tenant on a real control plane', function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let operator: OperatorProcess;
  let auditedFrom: number;

  before(async function () {
    this.timeout(45 * 60_000);
    cluster = await planeWithApi();
    await install(cluster);
    auditedFrom = auditLogEnd(cluster.auditLog);
    operator = await runOperator(cluster);
    await operator.ready();
  });

  after(async () => {
    await operator?.stop();
  });

  it('gets the namespaces it asks for, behind walls whose quota never sums to more than its own', async () => {
    await run('apply', '-f', join(projectRoot, 'config', 'samples', 'tenant.yaml'));
    const { namespaces, quota, summary, phase, namespaceCount } = await settled('acme');
    assert.deepEqual(
      {
        phase,
        namespaceCount,
        quota,
        summary,
        states: namespaces?.map(({ name, origin, state }) => [name, origin, state]),
      },
      {
        phase: 'Ready',
        namespaceCount: 2,
        quota: {
          hard: { 'requests.cpu': '8', 'requests.memory': '16Gi', pods: '100' },
          used: { 'requests.cpu': '0', 'requests.memory': '0', pods: '0' },
          reserved: { 'requests.cpu': '8', 'requests.memory': '16Gi', pods: '100' },
        },
        summary: { cpu: '0/8', memory: '0/16Gi' },
        states: [
          ['acme-dev', 'created', 'Ready'],
          ['acme-prod', 'created', 'Ready'],
        ],
      },
    );
    assert.deepEqual(await standing('acme-prod'), [
      'limitranges/code-limits',
      'networkpolicies/code-network',
      'resourcequotas/code-quota',
      'rolebindings/code-approver',
      'rolebindings/code-tenant-identity',
      'rolebindings/code-tenant-owner',
      'rolebindings/code-tenant-workload',
      'serviceaccounts/code-tenant',
    ]);
    const { labels } = (await read('/api/v1/namespaces/acme-prod')).metadata;
    assert.include(labels, {
      'code-engine.dev/tenant': 'acme',
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/enforce-version': 'v1.36',
    });
  });

  it('lets its owners deliver and keeps its walls from them', async () => {
    const owner = await kubeconfigOf('ann', ['acme-admins']);
    const can = async (...question: string[]) =>
      (await kubectl(cluster, ['auth', 'can-i', '-n', 'acme-prod', ...question], { kubeconfig: owner })).stdout.trim();
    assert.equal(await can('create', 'deployments.code-engine.dev'), 'yes');
    assert.equal(await can('create', 'namespaces'), 'no');
    assert.equal(await can('delete', 'resourcequotas'), 'no');
    for (const wall of ['networkpolicy/code-network', 'rolebinding/code-tenant-owner']) {
      const { code, stderr } = await kubectl(cluster, ['delete', '-n', 'acme-prod', wall], { kubeconfig: owner });
      assert.notEqual(code, 0, wall);
      assert.include(stderr, 'code-guardrails:', wall);
    }
  });

  it('lets its owners open the network to their own tenant, and to nobody else', async () => {
    const owner = await kubeconfigOf('ben', ['acme-admins']);
    const policy = (ingress: readonly object[]) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'ours', namespace: 'acme-prod' },
      spec: { podSelector: {}, policyTypes: ['Ingress'], ingress },
    });
    const tried = async (ingress: readonly object[]) =>
      kubectl(cluster, ['create', '--dry-run=server', '-f', '-'], {
        input: JSON.stringify(policy(ingress)),
        kubeconfig: owner,
      });
    const of = (tenant: string) => ({ namespaceSelector: { matchLabels: { 'code-engine.dev/tenant': tenant } } });
    for (const own of [{ from: [of('acme')] }, { from: [{ podSelector: {} }] }]) {
      assert.equal((await tried([own])).stderr, '', JSON.stringify(own));
    }
    for (const other of [
      {},
      { from: [] },
      { from: [of('acme'), of('rival')] },
      { from: [{ namespaceSelector: {} }] },
      { from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] },
    ]) {
      assert.include((await tried([other])).stderr, 'code-networks:', JSON.stringify(other));
    }
  });

  it('has its walls and labels put back, whoever takes them down', async () => {
    await run('delete', '-n', 'acme-prod', 'networkpolicy/code-network', 'serviceaccount/code-tenant');
    await run(
      'patch',
      '-n',
      'acme-prod',
      'resourcequota/code-quota',
      '--type=merge',
      '-p',
      '{"spec":{"hard":{"pods":"999"}}}',
    );
    await run('label', 'namespace', 'acme-prod', 'pod-security.kubernetes.io/enforce=privileged', '--overwrite');
    await until('the walls stood again', SOON, async () => {
      const [walls, quota, namespace] = [
        await standing('acme-prod'),
        await read('/api/v1/namespaces/acme-prod/resourcequotas/code-quota'),
        await read('/api/v1/namespaces/acme-prod'),
      ];
      const { hard } = (quota as KubeObject & { readonly spec: { readonly hard: Record<string, string> } }).spec; // border
      return (
        walls.length === 8 &&
        hard['pods'] === '50' &&
        namespace.metadata.labels?.['pod-security.kubernetes.io/enforce'] === 'restricted'
      );
    });
  });

  it('tells what its namespaces use together', async () => {
    const securityContext = {
      runAsNonRoot: true,
      runAsUser: 10001,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    };
    for (const namespace of ['acme-dev', 'acme-prod']) {
      const body = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'used' },
        spec: { containers: [{ name: 'web', image: 'registry.k8s.io/pause:3.10', securityContext }] },
      };
      await cluster.expectSuccess({ method: 'POST', path: `/api/v1/namespaces/${namespace}/pods`, body });
    }
    // What the LimitRange of the sample gives a container that asks for nothing.
    const used = { 'requests.cpu': '100m', 'requests.memory': '128Mi', pods: '2' };
    await until('the pods were counted', SOON, async () => {
      const { quota, summary } = await statusOf('acme');
      return isDeepStrictEqual([quota?.used, summary?.cpu], [used, '100m/8']);
    });
  });

  it('refuses a namespace that is labelled for it in vain, and says why', async () => {
    await create('shop-1', { 'code-engine.dev/tenant': 'acme' });
    const found = await until('the stranger was told', SOON, async () =>
      (await statusOf('acme')).namespaces?.find(({ name }) => name === 'shop-1'),
    );
    assert.deepEqual([found.state, found.reason], ['Refused', 'PrefixMismatch']);
    assert.deepEqual(await standing('shop-1'), []);
    assert.equal((await statusOf('acme')).phase, 'Ready');
  });

  it('adopts a namespace only when both sides agree', async () => {
    await create('legacy-1', {});
    await apply(tenant('keeper', { namespaces: { adopt: { names: ['legacy-1'] } } }));
    const refused = await until('one side was refused', SETTLED, async () => {
      const status = await statusOf('keeper');
      return status.phase === 'Failed' ? status : undefined;
    });
    assert.equal(refused.namespaces?.[0]?.reason, 'NoConsent');
    assert.include(
      refused.conditions?.map(({ type, status, reason }) => `${type} ${status} ${reason}`) ?? [],
      'Stalled True NoConsent',
    );
    assert.deepEqual(await standing('legacy-1'), []);
    await run('label', 'namespace', 'legacy-1', 'code-engine.dev/tenant=keeper');
    const { namespaces } = await settled('keeper');
    assert.deepEqual(
      namespaces?.map(({ origin, state }) => [origin, state]),
      [['adopted', 'Ready']],
    );
  });

  it('moves the quota when a namespace comes, smaller before larger', async () => {
    const spec = (names: string[]) => ({ namespaces: { create: names }, quota: { hard: { pods: '10' } } });
    await apply(tenant('mover', spec(['mover-a'])));
    await settled('mover');
    await apply(tenant('mover', spec(['mover-a', 'mover-b'])));
    await until('both were Ready', SETTLED, async () => (await statusOf('mover')).namespaceCount === 2);
    const hards = await Promise.all(
      ['mover-a', 'mover-b'].map(async (name) => {
        const quota = await read(`/api/v1/namespaces/${name}/resourcequotas/code-quota`);
        return (quota as KubeObject & { readonly status: { readonly hard: object } }).status.hard; // border
      }),
    );
    assert.deepEqual(hards, [{ pods: '5' }, { pods: '5' }]);
  });

  it('leaves its namespaces and walls when it goes, unless it is told to take what it made', async () => {
    await run('delete', 'ctenant/acme', '--wait=true', '--timeout=30s');
    assert.include(await standing('acme-prod'), 'networkpolicies/code-network');
    assert.notInclude(await standing('acme-prod'), 'rolebindings/code-tenant-identity');

    await apply(tenant('mover', { namespaces: { create: ['mover-a', 'mover-b'] }, deletion: 'Delete' }));
    await run('delete', 'ctenant/mover', '--wait=true', '--timeout=60s');
    for (const name of ['mover-a', 'mover-b']) {
      assert.equal((await cluster.request({ path: `/api/v1/namespaces/${name}` })).status, 404, name);
    }
  });

  it('was served with no more rights than the operator has', async () => {
    const refused: string[] = [];
    for await (const { user, status, verb, uri } of readAuditLog(cluster.auditLog, auditedFrom)) {
      if (user === OPERATOR && (status === 403 || status === 422)) refused.push(`${status} ${verb} ${uri}`);
    }
    assert.deepEqual(refused, []);
  });

  const tenant = (name: string, spec: Partial<TenantSpec>): Tenant => ({
    apiVersion: 'code-engine.dev/v1alpha1',
    kind: 'Tenant',
    metadata: { name },
    spec: { owners: [{ kind: 'Group', name: `${name}-admins` }], ...spec },
  });

  async function run(...parameters: string[]): Promise<void> {
    const { code, stderr } = await kubectl(cluster, parameters);
    assert.equal(code, 0, stderr);
  }

  async function apply(object: KubeObject): Promise<void> {
    const { code, stderr } = await kubectl(cluster, ['apply', '-f', '-'], { input: JSON.stringify(object) });
    assert.equal(code, 0, stderr);
  }

  async function create(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
    await cluster.expectSuccess({ method: 'POST', path: '/api/v1/namespaces', body });
  }

  async function read(path: string): Promise<KubeObject> {
    return (await cluster.expectSuccess({ path })) as KubeObject; // border: the API server's answer
  }

  async function statusOf(name: string): Promise<TenantStatus> {
    const object = await read(`/apis/code-engine.dev/v1alpha1/tenants/${name}`);
    return (object as Tenant).status ?? {}; // border: what the CRD admits
  }

  /** The status of the generation that is there now, once Ready. */
  async function settled(name: string): Promise<TenantStatus> {
    let seen: TenantStatus = {};
    return until(
      () => `Tenant ${name} was Ready; it says ${JSON.stringify(seen)}`,
      SETTLED,
      async () => {
        seen = await statusOf(name);
        return seen.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ? seen : undefined;
      },
    );
  }

  /** Guardrail objects of a namespace, sorted. */
  async function standing(namespace: string): Promise<readonly string[]> {
    const groups = {
      serviceaccounts: '/api/v1',
      resourcequotas: '/api/v1',
      limitranges: '/api/v1',
      networkpolicies: '/apis/networking.k8s.io/v1',
      rolebindings: '/apis/rbac.authorization.k8s.io/v1',
    };
    const found = await Promise.all(
      Object.entries(groups).map(async ([plural, root]) => {
        const path = `${root}/namespaces/${namespace}/${plural}?labelSelector=code-engine.dev/guardrail`;
        const { items } = (await cluster.expectSuccess({ path })) as { readonly items: readonly KubeObject[] }; // border
        return items.map(({ metadata }) => `${plural}/${metadata.name}`);
      }),
    );
    return found.flat().sort();
  }

  async function kubeconfigOf(user: string, groups: readonly string[]): Promise<string> {
    return cluster.writeKubeconfig(`tenant-${user}`, await cluster.clientCertificateFor(user, groups));
  }
});
