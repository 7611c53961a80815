import { assert } from 'chai';
import type { Deployment } from '../../operator/api/generated/deployment.ts';
import type { Tenant } from '../../operator/api/generated/tenant.ts';
import { BINDABLE_ROLES, type Right, rights } from '../../operator/api/verbs.ts';
import { bootCluster } from '../cluster/boot-cluster.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type OperatorProcess, runOperator } from '../cluster/operator.ts';
import { type AuditEvent, readAuditLog } from '../support/audit-log.ts';
import { apply, ended, list, succeed } from '../support/delivery/delivery.ts';
import { shop, tenant } from '../support/delivery/manifests.ts';
import { PlayedGateway } from '../support/gateway.ts';
import { installBuilt } from '../support/operator.ts';
import { until } from '../support/until.ts';

const OPERATOR = 'system:serviceaccount:code-system:code-operator';

/**
 * Rights that no ordinary life shows, each with the reason why it is granted all the same. `get` of what is cached is used
 * where a cache is behind the pass's own writes for 5 s; virtual verbs and bind are asked for inside the API server.
 */
const UNSEEN: readonly (readonly [verbs: readonly string[], resources: RegExp, why: string])[] = [
  [['get'], /./, 'live reads where a cache is behind, and evidence of consultations'],
  [['list'], /./, 'the first list comes as a watch; pages are its fallback, and the safety relist of half an hour'],
  [['bind'], /^clusterroles$/, 'asked by the API server when a RoleBinding is written'],
  [['invoke'], /^tools$/, 'a virtual verb, asked by SubjectAccessReview'],
  [['update'], /^deployments\/finalizers$/, 'asked by the API server for owner references that block deletion'],
  [
    ['patch', 'delete'],
    /^(expertconsultations|controllerrevisions|replicasets)$/,
    'adoption, and pruning of old revisions',
  ],
  [
    ['delete'],
    /^(rolebindings|resourcequotas|limitranges|networkpolicies|serviceaccounts)$/,
    'walls that a spec no longer asks for',
  ],
  [['delete'], /^httproutes$/, 'a route that no promoted plan asks for any more'],
  [['delete'], /^jobs$/, 'a Job that runs while its delivery ends, and old ones'],
  [['patch'], /^(events|deployments)$/, 'an event that repeats; the finalizer of a delivery that needs one'],
];

describe('the rights of the operator', () => {
  let cluster: Cluster;
  let operator: OperatorProcess;
  let gateway: PlayedGateway | undefined;
  let used: ReadonlySet<string>;

  before(async function () {
    this.timeout(180_000);
    cluster = await bootCluster();
    await installBuilt(cluster);
    gateway = await PlayedGateway.install(cluster);
    operator = await runOperator(cluster);
    await operator.ready();
    await liveALife(cluster);
    used = await usedRights(cluster);
  });
  after(async () => {
    await gateway?.stop();
    await cluster?.stop();
  });

  it('R40: are all used, or their exception says why', () => {
    const unused = rights.flatMap((right) =>
      right.verbs
        .filter((verb) => !used.has(`${right.group}/${right.resource} ${verb}`))
        .filter((verb) => !UNSEEN.some(([verbs, resources]) => verbs.includes(verb) && resources.test(right.resource)))
        .map((verb) => `${right.scope}: ${verb} ${right.resource}`),
    );
    assert.deepEqual(unused, []);
  });

  it('R40: name no wildcard, no escalation, no exec, no secret and no config map but under the right of their tenant', () => {
    const forbidden = rights.filter(
      ({ scope, group, resource, verbs }: Right) =>
        [group, resource, ...verbs].includes('*') ||
        verbs.includes('escalate') ||
        /^(pods\/exec|pods\/attach|nodes\/proxy)$/.test(resource) ||
        (/^(secrets|configmaps)$/.test(resource) && (scope !== 'tenant-workload' || verbs.includes('delete'))),
    );
    assert.deepEqual(forbidden, []);
    const broad = rights.filter(
      ({ verbs, names }) => (verbs.includes('bind') || verbs.includes('impersonate')) && !names,
    );
    assert.deepEqual(broad, []);
    assert.notInclude(BINDABLE_ROLES, 'cluster-admin');
  });

  it('R40: a right that is missing is told on the object, and its return is enough to go on', async function () {
    this.timeout(120_000);
    const without = { op: 'replace', path: '/rules', value: [] };
    const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles/code:tenant-workload';
    const role = (await cluster.expectSuccess({ path })) as { rules: unknown }; // border: the role that install applied
    const put = (patch: object) =>
      cluster.expectSuccess({ method: 'PATCH', path, body: [patch], contentType: 'application/json-patch+json' });
    await put(without);
    const name = { namespace: 'rights-prod', name: 'later' };
    await apply(cluster, shop({ ...name }));
    await until('the missing right was told', 30_000, async () => {
      const out = await succeed(cluster, [
        'get',
        'cdep',
        name.name,
        '-n',
        name.namespace,
        '-o',
        'jsonpath={.status.message}',
      ]);
      return /cannot create resource/.test(out);
    });
    await put({ op: 'replace', path: '/rules', value: role.rules });
    await ended(cluster, name, 'Promoted');
    assert.equal(operator.pid > 0, true);
    assert.equal((await fetch(`${operator.url}/healthz`)).status, 200);
  });
});

/** A tenant with three deliveries: one goes well, is replaced, goes bad and back, the others have Services and a route; then a tenant goes. */
async function liveALife(cluster: Cluster): Promise<void> {
  await apply(cluster, tenant('rights'));
  await until('the Tenant was ready', 60_000, async () => {
    const path = '/apis/code-engine.dev/v1alpha1/tenants/rights';
    const { status } = (await cluster.expectSuccess({ path })) as Tenant; // border: the API server keeps what its schema says
    return status?.conditions?.some(({ type, status: state }) => type === 'Ready' && state === 'True');
  });
  const name = { namespace: 'rights-prod', name: 'shop' };
  const config = { namespace: name.namespace, name: 'config' };
  await apply(cluster, { apiVersion: 'v1', kind: 'ConfigMap', metadata: config, data: { color: 'blue' } });
  await apply(cluster, { apiVersion: 'v1', kind: 'Secret', metadata: config, stringData: { key: 'k' } });
  await apply(cluster, readsConfig(shop(name)));
  await ended(cluster, name, 'Promoted');
  await apply(cluster, readsConfig(shop({ ...name, fail: 'crash-loop', spec: { progressDeadlineSeconds: 5 } })));
  await ended(cluster, name, 'RolledBack');
  const blue = { namespace: 'rights-prod', name: 'blue', sample: 'versions/shop-bluegreen.yaml' };
  const digest = 'sha256:99c6b4bb4a1e1df3f0b3752168c89358794d02258ebebc26bf21c29399011a85';
  const smoke = { image: `registry.k8s.io/e2e-test-images/agnhost:2.53@${digest}` };
  const analysis = { metrics: [{ name: 'smoke', provider: { job: smoke } }] };
  await apply(cluster, shop({ ...blue, spec: { analysis } }));
  await ended(cluster, blue, 'Promoted');
  await apply(cluster, shop({ ...blue, version: 'next', spec: { analysis } }));
  await ended(cluster, blue, 'WaitingForPromotion');
  const green = { namespace: 'rights-prod', name: 'green', sample: 'versions/shop-gateway.yaml' };
  await apply(cluster, shop(green));
  await ended(cluster, green, 'Promoted');
  await apply(cluster, shop({ ...green, version: 'next' }));
  await ended(cluster, green, 'WaitingForPause');
  await apply(cluster, { ...tenant('gone', { deletion: 'Delete' }) });
  await until('the second Tenant had its namespace', 60_000, async () => {
    const path = '/api/v1/namespaces/gone-prod/serviceaccounts/code-tenant';
    return (await cluster.request({ path })).status === 200;
  });
  await succeed(cluster, ['delete', 'ctenant', 'gone', '--timeout=60s']);
  assert.isNotEmpty(await list(cluster, '/apis/apps/v1', 'rights-prod', 'replicasets'));
}

/** Both versions read the same, so that the second shares the copies of the first. */
function readsConfig(manifest: Deployment): Deployment {
  const { template } = manifest.spec;
  const envFrom = [{ configMapRef: { name: 'config' } }, { secretRef: { name: 'config' } }];
  const containers = template.spec.containers.map((container) => ({ ...container, envFrom }));
  return { ...manifest, spec: { ...manifest.spec, template: { ...template, spec: { ...template.spec, containers } } } };
}

async function usedRights(cluster: Cluster): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  for await (const event of readAuditLog(cluster.auditLog)) {
    if (event.user !== OPERATOR || event.object === undefined) continue;
    for (const verb of verbsOf(event)) used.add(`${event.object.group}/${resourceOf(event)} ${verb}`);
    if (event.impersonatedUser !== undefined) used.add('/serviceaccounts impersonate');
  }
  return used;
}

/** Server-side apply of what is not there asks for patch and create. */
function verbsOf({ verb, status }: AuditEvent): readonly string[] {
  return verb === 'patch' && status === 201 ? ['patch', 'create'] : [verb];
}

function resourceOf({ object }: AuditEvent): string {
  return object?.subresource === undefined ? (object?.resource ?? '') : `${object.resource}/${object.subresource}`;
}
