import { assert } from 'chai';
import type { Deployment } from '../../operator/api/generated/deployment.ts';
import { annotations, labels } from '../../operator/api/names.ts';
import type { HttpRoute, Service } from '../../operator/controllers/deployment/cluster-objects.ts';
import { apply, ended, type Name, seen, sizes, succeed } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { canaryByRouteOfGit, routeOfGit } from '../support/delivery/route-of-git.ts';
import { PlayedGateway, readRoute } from '../support/gateway.ts';
import { operator, type SharedOperator } from '../support/operator.ts';
import { testNamespace } from '../support/plane.ts';
import { until } from '../support/until.ts';

/** A tenth of the traffic for ten seconds, then half of it until the token. */
const SAMPLE = 'versions/shop-gateway.yaml';

describe('a canary whose traffic an HTTPRoute splits, on a real control plane', function () {
  this.timeout(120_000);
  let shared: SharedOperator;
  let gateway: PlayedGateway | undefined;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    shared = await operator();
  });

  after(() => gateway?.stop());

  const token = ({ namespace, name }: Name, verb: string, value = '1') =>
    succeed(shared.cluster, ['annotate', 'deployments.code-engine.dev', name, `${verb}=${value}`, '-n', namespace]);

  const manifest = (name: Name, version: string, spec: Partial<Deployment['spec']> = {}) =>
    shop({ ...name, sample: SAMPLE, version, spec });

  async function selected({ namespace }: Name, service: string): Promise<string | undefined> {
    const path = `/api/v1/namespaces/${namespace}/services/${service}`;
    const { spec } = (await shared.cluster.expectSuccess({ path })) as Service; // border: the answer to a GET
    return spec.selector?.[labels.revision];
  }

  const weights = async (name: Name) =>
    (await readRoute(shared.cluster, name)).spec.rules?.[0]?.backendRefs?.map(({ weight }) => weight);

  it('says what to install where the cluster defines no HTTPRoute, and goes on once it does', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('routeless'), name: 'shop' };
    await apply(cluster, manifest(name, 'blue'));
    const { status } = await ended(cluster, name, 'GatewayApiMissing');
    assert.include(status?.message, 'install the CRDs of the Gateway API');
    assert.deepEqual(await sizes(cluster, name), {});
    gateway = await PlayedGateway.install(cluster);
    await ended(cluster, name, 'Promoted');
    assert.deepEqual(await weights(name), [100, 0]);
  });

  it('shifts weight only as the Gateway accepts it, and ends with all traffic on the stable Service', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('routed'), name: 'shop' };
    await apply(cluster, manifest(name, 'blue'));
    const blue = (await ended(cluster, name, 'Promoted')).status?.revisions?.serving ?? '';
    assert(gateway !== undefined);
    gateway.accepts = false;
    await apply(cluster, manifest(name, 'green'));
    const late = await seen(cluster, name, 'waiting for its Gateway', ({ status }) =>
      (status?.message ?? '').includes('Gateway edge has not seen its last change yet'),
    );
    assert.deepInclude(late.status?.step, { index: 1, of: 5, weight: 0 });
    gateway.accepts = true;
    const { status } = await ended(cluster, name, 'WaitingForPause');
    const green = status?.revisions?.desired ?? '';
    assert.deepInclude(status?.step, { index: 2, of: 5, name: 'pause', weight: 10 });
    assert.deepEqual(await sizes(cluster, name), { [blue]: 3, [green]: 1 });
    assert.deepEqual([await selected(name, 'shop'), await selected(name, 'shop-canary')], [blue, green]);
    assert.match(
      await succeed(cluster, ['get', 'cdep', 'shop', '-n', name.namespace]),
      /Paused +5\/8 roll-out, pause 2\/5 +10 /,
    );
    const half = await ended(cluster, name, 'WaitingForPromotion');
    assert.deepInclude(half.status?.step, { index: 4, of: 5, name: 'pause', weight: 50 });
    assert.deepEqual(await sizes(cluster, name), { [blue]: 3, [green]: 2 });
    await token(name, annotations.promote);
    await ended(cluster, name, 'Promoted');
    assert.deepEqual([await selected(name, 'shop'), await selected(name, 'shop-canary')], [green, green]);
    assert.deepEqual(await sizes(cluster, name), { [blue]: 3, [green]: 3 }, 'what served stands by');
    const shifts = gateway.accepted.filter((one) => one.startsWith(name.namespace));
    assert.deepEqual(
      shifts.map((one) => Number(one.split(' ')[1])),
      [0, 10, 50, 100, 0],
    );
  });

  it('goes back: the traffic first, then the pods after their delay; and the route goes with the object', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('unrouted'), name: 'shop' };
    const rollback = { automatic: true, scaleDownDelaySeconds: 3 };
    await apply(cluster, manifest(name, 'blue', { rollback }));
    const blue = (await ended(cluster, name, 'Promoted')).status?.revisions?.serving ?? '';
    await apply(cluster, manifest(name, 'green', { rollback }));
    const green = (await ended(cluster, name, 'WaitingForPause')).status?.revisions?.desired ?? '';
    await token(name, annotations.abort);
    await seen(cluster, name, 'back, with the pods still there', ({ status }) =>
      (status?.message ?? '').includes('all traffic is back, its pods go at'),
    );
    assert.deepEqual(await sizes(cluster, name), { [blue]: 3, [green]: 1 });
    assert.deepEqual(await weights(name), [100, 0]);
    await ended(cluster, name, 'RolledBack');
    assert.deepEqual(await sizes(cluster, name), { [blue]: 3, [green]: 0 });
    assert.deepEqual([await selected(name, 'shop'), await selected(name, 'shop-canary')], [blue, blue]);
    await succeed(cluster, ['delete', 'cdep', 'shop', '-n', name.namespace, '--timeout=60s']);
    await until('the route and the Services were gone', 60_000, async () => {
      const left = await succeed(cluster, ['get', 'httproutes,services', '-n', name.namespace, '-o', 'name']);
      return left.trim() === '';
    });
  });

  /** As Argo CD's server-side apply, which owns the rules. */
  const sync = (name: Name, ...flags: readonly string[]) => {
    const parameters = ['apply', '--server-side', '--field-manager=argocd-controller', ...flags, '-f', '-'];
    return succeed(shared.cluster, parameters, JSON.stringify(routeOfGit(name)));
  };

  /** Rules as Git wrote them, no mark of ours, and an apply of Git's that meets no conflict. */
  async function assertGivenBack(name: Name, before: HttpRoute): Promise<void> {
    const { metadata, spec } = await readRoute(shared.cluster, { ...name, name: 'front' });
    assert.deepEqual(spec, before.spec);
    assert.deepEqual([metadata.labels, metadata.annotations], [undefined, undefined]);
    const managers = (metadata.managedFields ?? []).map(({ manager }) => manager);
    assert.notInclude(managers, 'code-deployment');
    await sync(name);
  }

  it('changes the weights of a route of Git alone, and gives it back when it is promoted', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('fronted'), name: 'shop' };
    await sync(name);
    await apply(cluster, canaryByRouteOfGit(name, 'blue'));
    await ended(cluster, name, 'Promoted');
    const before = await readRoute(cluster, { ...name, name: 'front' });
    await apply(cluster, canaryByRouteOfGit(name, 'green'));
    await ended(cluster, name, 'WaitingForPause');
    const held = await readRoute(cluster, { ...name, name: 'front' });
    assert.deepEqual(held.spec.rules?.[0], before.spec.rules?.[0]);
    assert.deepEqual(
      held.spec.rules?.[1]?.backendRefs?.map(({ weight }) => weight),
      [90, 10],
    );
    await token(name, annotations.promote);
    await ended(cluster, name, 'Promoted');
    await assertGivenBack(name, before);
  });

  it('shifts again after one reset by Git, and goes back with its name after the second', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('contested'), name: 'shop' };
    await sync(name);
    await apply(cluster, canaryByRouteOfGit(name, 'blue'));
    const blue = (await ended(cluster, name, 'Promoted')).status?.revisions?.serving ?? '';
    const before = await readRoute(cluster, { ...name, name: 'front' });
    await apply(cluster, canaryByRouteOfGit(name, 'green'));
    await ended(cluster, name, 'WaitingForPromotion');
    await sync(name, '--force-conflicts');
    await until('the weights were shifted again', 30_000, async () => {
      const { spec } = await readRoute(cluster, { ...name, name: 'front' });
      return spec.rules?.[1]?.backendRefs?.[1]?.weight === 50;
    });
    await sync(name, '--force-conflicts');
    const { status } = await ended(cluster, name, 'RolledBack');
    assert.include(
      status?.message,
      'was rejected (RouteContested): HTTPRoute front: argocd-controller wrote its rules 2 times within 10 minutes',
    );
    assert.equal(status?.revisions?.serving, blue);
    await assertGivenBack(name, before);
  });

  it('gives a route of Git and its Services back when the object goes in flight', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('abandoned'), name: 'shop' };
    const service = (one: string) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: one, namespace: name.namespace },
      spec: { ports: [{ port: 8080 }] },
    });
    await sync(name);
    await apply(cluster, service('shop'), service('shop-canary'), canaryByRouteOfGit(name, 'blue'));
    await ended(cluster, name, 'Promoted');
    const before = await readRoute(cluster, { ...name, name: 'front' });
    await apply(cluster, canaryByRouteOfGit(name, 'green'));
    await ended(cluster, name, 'WaitingForPause');
    await succeed(cluster, ['delete', 'cdep', 'shop', '-n', name.namespace, '--timeout=60s']);
    await assertGivenBack(name, before);
    for (const one of ['shop', 'shop-canary']) {
      const path = `/api/v1/namespaces/${name.namespace}/services/${one}`;
      const { metadata, spec } = (await cluster.expectSuccess({ path })) as Service; // border: the answer to a GET
      assert.deepEqual([metadata.labels, spec.selector], [undefined, undefined], one);
    }
  });

  it('by Services alone leaves the stable one with what serves until the promotion', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('serviced'), name: 'shop' };
    const byServices = (version: string): Deployment => {
      const sample = manifest(name, version, { rollback: { automatic: true, scaleDownDelaySeconds: 1 } });
      const { strategy } = sample.spec;
      assert(strategy?.canary !== undefined);
      const { traffic: _traffic, ...canary } = strategy.canary;
      return { ...sample, spec: { ...sample.spec, strategy: { ...strategy, canary } } };
    };
    await apply(cluster, byServices('blue'));
    const blue = (await ended(cluster, name, 'Promoted')).status?.revisions?.serving ?? '';
    await apply(cluster, byServices('green'));
    const { status } = await ended(cluster, name, 'WaitingForPause');
    const green = status?.revisions?.desired ?? '';
    assert.deepInclude(status?.step, { index: 2, of: 5, name: 'pause', weight: 0 });
    assert.deepEqual([await selected(name, 'shop'), await selected(name, 'shop-canary')], [blue, green]);
    assert.deepEqual(await sizes(cluster, name), { [blue]: 3, [green]: 1 });
    await token(name, annotations.promote);
    await ended(cluster, name, 'Promoted');
    assert.deepEqual([await selected(name, 'shop'), await selected(name, 'shop-canary')], [green, green]);
    await token(name, annotations.abort);
    await ended(cluster, name, 'RolledBack');
    assert.deepEqual([await selected(name, 'shop'), await selected(name, 'shop-canary')], [blue, blue]);
  });
});
