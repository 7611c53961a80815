import { readFileSync } from 'node:fs';
import { assert } from 'chai';
import type { Deployment } from '../../operator/api/generated/deployment.ts';
import type { KubeObject } from '../../operator/api/objects.ts';
import { auditLogEnd } from '../support/audit-log.ts';
import { apply, ended, list, type Name, seen, succeed } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { operatorWrites } from '../support/delivery/writes.ts';
import { type Call, denied, Impersonation } from '../support/impersonation.ts';
import { operator, type SharedOperator } from '../support/operator.ts';
import { testNamespace } from '../support/plane.ts';
import { until } from '../support/until.ts';

/** Planted in Secrets; nothing that tells of a delivery may hold it, in either spelling. */
const PLANTED = 'swordfish-of-the-first-version';
const ENCODED = Buffer.from(PLANTED).toString('base64');

interface Config extends KubeObject {
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
}

interface NamedConfig {
  readonly containers: readonly {
    readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } }[];
  }[];
  readonly volumes?: readonly { readonly secret?: { readonly secretName: string } }[];
}

describe('config that travels with code (B21)', function () {
  this.timeout(90_000);
  let shared: SharedOperator;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    shared = await operator();
  });

  it('goes back with the code: what serves keeps its bytes, and no Secret is told anywhere (row 21)', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('config-back'), name: 'shop' };
    await apply(cluster, env(name, 'blue'), keys(name, PLANTED), reading(name));
    await ended(cluster, name, 'Promoted');
    const before = await readBy(name);
    assert.deepEqual(before, { env: { COLOR: 'blue' }, keys: { key: ENCODED }, immutable: true, pods: 3 });

    await apply(
      cluster,
      env(name, 'red'),
      keys(name, 'other'),
      reading(name, { fail: 'crash-loop', spec: { progressDeadlineSeconds: 5 } }),
    );
    await ended(cluster, name, 'RolledBack');
    assert.deepEqual(await readBy(name), before);

    const told = [
      await succeed(cluster, ['describe', 'deployments.code-engine.dev', 'shop', '-n', name.namespace]),
      await everythingButConfig(name.namespace),
      readFileSync(shared.log, 'utf8'),
      readFileSync(shared.auditTrail, 'utf8'),
    ].join('\n');
    assert.include(told, 'Secret shop-keys ', 'names and digests are told');
    assert.notInclude(told, PLANTED);
    assert.notInclude(told, ENCODED);
  });

  it('is delivered when nothing but data changes, copies before pods, and comes back with its revision', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('config-data'), name: 'shop' };
    await apply(cluster, env(name, 'blue'), keys(name, 'k'), reading(name));
    const first = await ended(cluster, name, 'Promoted');
    const from = auditLogEnd(cluster.auditLog);
    await apply(cluster, env(name, 'green'));
    const second = await servesAnother(name, first);
    assert.deepEqual((await readBy(name)).env, { COLOR: 'green' });
    const writes = (await operatorWrites(cluster, name.namespace, from)).map(
      ({ verb, object, impersonatedUser = '' }) =>
        `${verb} ${object?.resource} as ${impersonatedUser.split(':').at(-1)}`,
    );
    const order = ['create replicasets', 'create configmaps', 'patch secrets', 'patch replicasets'].map((write) =>
      writes.indexOf(`${write} as code-tenant`),
    );
    assert.deepEqual(
      order,
      [...order].sort((left, right) => left - right),
      writes.join('\n'),
    );
    assert.notInclude(order, -1, writes.join('\n'));

    await apply(cluster, env(name, 'blue'));
    const third = await servesAnother(name, second);
    assert.equal(third.status?.revisions?.serving, first.status?.revisions?.serving);
    assert.deepEqual((await readBy(name)).env, { COLOR: 'blue' });
  });

  it('is waited for, and its coming is noticed without a look at every object', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('config-late'), name: 'shop' };
    await apply(cluster, keys(name, 'k'), reading(name));
    const { status } = await ended(cluster, name, 'ReferenceMissing');
    assert.match(
      status?.message ?? '',
      /^ConfigMap shop-env, which the template names, is not in namespace config-late/,
    );
    await apply(cluster, env(name, 'blue'));
    await ended(cluster, name, 'Promoted', 20_000);
  });

  it('is no copy where it is marked live or a rotated credential, and a change of it starts nothing', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('config-live'), name: 'shop' };
    const live = {
      ...env(name, 'blue'),
      metadata: { ...env(name, '').metadata, annotations: { 'code-engine.dev/config': 'live' } },
    };
    const token = { ...keys(name, 'k'), type: 'kubernetes.io/dockercfg', data: { '.dockercfg': btoa('{}') } };
    await apply(cluster, live, token, reading(name));
    const { status } = await ended(cluster, name, 'Promoted');
    assert.isUndefined(status?.plan?.config);
    await apply(cluster, { ...live, data: { COLOR: 'green' } });
    await apply(cluster, reading(name, { annotations: { seen: 'after' } }));
    const after = await ended(cluster, name, 'Promoted');
    assert.equal(after.status?.plan?.delivery, status?.plan?.delivery);
    assert.isEmpty(await copiesOf(name.namespace, 'configmaps'));
    assert.isEmpty(await copiesOf(name.namespace, 'secrets'));
  });

  it('is made again when a copy is deleted by hand', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('config-hand'), name: 'shop' };
    await apply(cluster, env(name, 'blue'), keys(name, 'k'), reading(name));
    await ended(cluster, name, 'Promoted');
    const [copy] = await copiesOf(name.namespace, 'configmaps');
    await succeed(cluster, ['delete', 'configmap', copy?.metadata.name ?? '', '-n', name.namespace]);
    await until('the copy was made again', 20_000, async () => {
      const [again] = await copiesOf(name.namespace, 'configmaps');
      return again !== undefined && again.metadata.uid !== copy?.metadata.uid;
    });
    assert.deepEqual((await readBy(name)).env, { COLOR: 'blue' });
  });

  it('that many share starts their deliveries one after another, told with the time; retry does not wait', async () => {
    const { cluster } = shared;
    const namespace = await testNamespace('config-shared');
    const names = ['one', 'two', 'three'].map((name) => ({ namespace, name }));
    const sharing = (name: Name) => reading(name, { env: 'shared', spec: { replicas: 1, tools: {} } });
    const shop = { namespace, name: 'shared' };
    await apply(cluster, { ...env(shop, 'blue'), metadata: { namespace, name: 'shared' } });
    for (const name of names) await apply(cluster, keys(name, 'k'), sharing(name));
    const before = await Promise.all(names.map((name) => ended(cluster, name, 'Promoted')));
    await apply(cluster, { ...env(shop, 'green'), metadata: { namespace, name: 'shared' } });
    const told = await Promise.all(
      names.map((name, index) =>
        seen(
          cluster,
          name,
          'in another delivery',
          ({ status }) => status?.plan?.delivery !== before[index]?.status?.plan?.delivery,
        ),
      ),
    );
    const waiting = told.filter(({ status }) =>
      /^ConfigMap shared changed for 3 Deployments, which take turns: this one starts at \S+Z; /.test(
        status?.message ?? '',
      ),
    );
    assert.lengthOf(waiting, 2);
    for (const { metadata } of waiting) {
      await succeed(cluster, [
        'annotate',
        'deployments.code-engine.dev',
        metadata.name,
        '-n',
        namespace,
        'code-engine.dev/retry=now',
      ]);
    }
    for (const [index, name] of names.entries()) await servesAnother(name, before[index]);
    const copies = await copiesOf(namespace, 'configmaps');
    assert.lengthOf(copies, 2, 'blue and green, shared');
    assert.lengthOf(new Set(copies.flatMap(({ metadata }) => metadata.ownerReferences?.map(({ uid }) => uid))), 6);
  });

  it('is read by right of the tenant alone, which may write nothing but copies', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('config-rights'), name: 'shop' };
    await apply(cluster, env(name, 'blue'), keys(name, 'k'), reading(name));
    await ended(cluster, name, 'Promoted');
    const user = 'system:serviceaccount:code-system:code-operator';
    for (const verb of ['get', 'list', 'watch', 'create', 'patch'])
      assert.equal(await may(cluster, user, verb, 'secrets', name.namespace), 'no', verb);
    const path = `/api/v1/namespaces/${name.namespace}/secrets/shop-keys`;
    const change: Call = { path, body: { data: { key: 'eA==' } } };
    const worker = `system:serviceaccount:${name.namespace}:code-tenant`;
    denied(
      await new Impersonation(cluster, 'config').as(worker, change),
      'code-config-copies: code-tenant writes immutable',
    );
  });

  const labelled = ({ namespace }: Name, name: string) => ({ namespace, name, labels: { team: 'a' } });
  const env = (name: Name, COLOR: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: labelled(name, `${name.name}-env`),
    data: { COLOR },
  });
  const keys = (name: Name, key: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: labelled(name, `${name.name}-keys`),
    type: 'Opaque',
    data: { key: Buffer.from(key).toString('base64') },
  });

  /** The sample delivery, its container reading a ConfigMap and its pod mounting a Secret. */
  function reading(
    name: Name,
    options: Omit<Parameters<typeof shop>[0], 'namespace' | 'name'> & { env?: string } = {},
  ): Deployment {
    const { env: map = `${name.name}-env`, ...rest } = options;
    const manifest = shop({ ...name, ...rest });
    const { template } = manifest.spec;
    const containers = template.spec.containers.map((web) => ({
      ...web,
      envFrom: [{ configMapRef: { name: map } }],
      volumeMounts: [{ name: 'keys', mountPath: '/keys', readOnly: true }],
    }));
    const volumes = [{ name: 'keys', secret: { secretName: `${name.name}-keys` } }];
    return {
      ...manifest,
      spec: { ...manifest.spec, template: { ...template, spec: { ...template.spec, containers, volumes } } },
    };
  }

  /** What the pods of the revision that serves read. */
  async function readBy(name: Name) {
    const { cluster } = shared;
    const { serving } = (await seen(cluster, name, 'readable', () => true)).status?.revisions ?? {};
    const pods = await list<KubeObject & { readonly spec: NamedConfig }>(
      cluster,
      '/api/v1',
      name.namespace,
      'pods',
      `code-engine.dev/revision=${serving}`,
    );
    const names = pods.map(({ spec }) => ({
      map: spec.containers[0]?.envFrom?.[0]?.configMapRef?.name ?? '',
      secret: spec.volumes?.find(({ secret }) => secret !== undefined)?.secret?.secretName ?? '',
    }));
    const get = async (plural: string, one: string) =>
      (await cluster.expectSuccess({ path: `/api/v1/namespaces/${name.namespace}/${plural}/${one}` })) as Config; // border: kinds of Kubernetes
    const [first = { map: '', secret: '' }] = names;
    assert.deepEqual(
      names,
      names.map(() => first),
      'all pods read the same',
    );
    const [map, secret] = [await get('configmaps', first.map), await get('secrets', first.secret)];
    return {
      env: map.data,
      keys: secret.data,
      immutable: map.immutable === true && secret.immutable === true,
      pods: pods.length,
    };
  }

  const copiesOf = (namespace: string, plural: string) =>
    list<Config>(shared.cluster, '/api/v1', namespace, plural, 'code-engine.dev/config-copy');

  const servesAnother = (name: Name, than: Deployment | undefined) =>
    seen(
      shared.cluster,
      name,
      'serving another revision',
      ({ status }) => status?.revisions?.serving !== than?.status?.revisions?.serving && status?.phase === 'Serving',
    );

  /** All that tells of deliveries in a namespace, as the API server keeps it. */
  async function everythingButConfig(namespace: string): Promise<string> {
    const kinds = [
      'events',
      'pods',
      'replicasets',
      'controllerrevisions',
      'deployments.code-engine.dev',
      'expertconsultations',
    ];
    return succeed(shared.cluster, ['get', kinds.join(','), '-n', namespace, '-o', 'json', '--show-managed-fields']);
  }
});

async function may(
  cluster: SharedOperator['cluster'],
  user: string,
  verb: string,
  resource: string,
  namespace: string,
) {
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user, resourceAttributes: { verb, resource, namespace } },
  };
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  const { status } = (await cluster.expectSuccess({ method: 'POST', path, body })) as { status: { allowed: boolean } }; // border: the answer to a review
  return status.allowed ? 'yes' : 'no';
}
