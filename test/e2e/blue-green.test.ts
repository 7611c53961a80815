import { assert } from 'chai';
import type { Deployment } from '../../operator/api/generated/deployment.ts';
import { annotations, labels } from '../../operator/api/names.ts';
import type { Service } from '../../operator/controllers/deployment/cluster-objects.ts';
import { watchAvailability } from '../support/delivery/available-pods.ts';
import { apply, ended, list, type Name, sizes, succeed } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { operator, type SharedOperator } from '../support/operator.ts';
import { testNamespace } from '../support/plane.ts';
import { until } from '../support/until.ts';

/** Waits for the token before it switches; the old pods stand by for 30 seconds. */
const SAMPLE = 'versions/shop-bluegreen.yaml';

describe('a blue-green delivery on a real control plane', function () {
  this.timeout(120_000);
  let shared: SharedOperator;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    shared = await operator();
  });

  const token = ({ namespace, name }: Name, verb: string, value = '1') =>
    succeed(shared.cluster, ['annotate', 'deployments.code-engine.dev', name, `${verb}=${value}`, '-n', namespace]);

  /** UIDs. */
  const podsOf = async ({ namespace }: Name, revision: string) =>
    (await list(shared.cluster, '/api/v1', namespace, 'pods', `code-engine.dev/revision=${revision}`)).map(
      ({ metadata }) => metadata.uid ?? '',
    );

  async function selected({ namespace }: Name, service: string): Promise<string | undefined> {
    const path = `/api/v1/namespaces/${namespace}/services/${service}`;
    const { spec } = (await shared.cluster.expectSuccess({ path })) as Service; // border: the answer to a GET
    return spec.selector?.[labels.revision];
  }

  const manifest = (name: Name, version: string, delay = 30): Deployment => {
    const sample = shop({ ...name, sample: SAMPLE, version });
    const strategy = sample.spec.strategy;
    assert(strategy?.blueGreen !== undefined);
    const blueGreen = { ...strategy.blueGreen, scaleDownDelaySeconds: delay };
    return { ...sample, spec: { ...sample.spec, strategy: { ...strategy, blueGreen } } };
  };

  /** A version that serves and another one that waits behind the preview. */
  async function previewed(purpose: string, delay?: number): Promise<{ name: Name; blue: string; green: string }> {
    const { cluster } = shared;
    const name = { namespace: await testNamespace(purpose), name: 'shop' };
    await apply(cluster, manifest(name, 'blue', delay));
    const blue = (await ended(cluster, name, 'Promoted')).status?.revisions?.serving ?? '';
    assert.equal(await selected(name, 'shop'), blue);
    await apply(cluster, manifest(name, 'green', delay));
    const { status } = await ended(cluster, name, 'WaitingForPromotion');
    const green = status?.revisions?.desired ?? '';
    assert.deepEqual(await sizes(cluster, name), { [blue]: 3, [green]: 3 });
    assert.deepEqual([await selected(name, 'shop'), await selected(name, 'shop-preview')], [blue, green]);
    assert.deepInclude(status?.step, { index: 2, of: 3, name: 'pause', weight: 0 });
    return { name, blue, green };
  }

  it('shows a version behind its preview, switches by the token, and lets the old pods go', async () => {
    const { cluster } = shared;
    const { name, blue, green } = await previewed('switched', 5);
    const shown = await podsOf(name, green);
    const pods = await watchAvailability(cluster, name.namespace, 'app=shop');
    await token(name, annotations.promote);
    const { status } = await ended(cluster, name, 'Promoted');
    await pods.stop();
    assert.deepEqual(pods.created(), [], 'a switch makes no pod');
    assert.sameMembers(await podsOf(name, green), shown);
    assert.equal(status?.step?.weight, 100);
    assert.equal(await selected(name, 'shop'), green);
    await until('the old pods were gone', 30_000, async () => (await sizes(cluster, name))[blue] === 0);
  });

  it('goes back within the delay, to the very pods that served', async () => {
    const { cluster } = shared;
    const { name, blue, green } = await previewed('returned');
    await token(name, annotations.promote);
    await ended(cluster, name, 'Promoted');
    assert.equal((await sizes(cluster, name))[blue], 3);
    await token(name, annotations.abort);
    const { status } = await ended(cluster, name, 'RolledBack');
    assert.equal(await selected(name, 'shop'), blue);
    assert.deepEqual(await sizes(cluster, name), { [blue]: 3, [green]: 0 });
    assert.equal(status?.revisions?.serving, blue);
  });

  it('refuses a Service that declares a selector, with the fix, and owns one that leaves it out', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('declared'), name: 'shop' };
    const service = (selector?: object) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'shop', namespace: name.namespace },
      spec: { ports: [{ port: 80, targetPort: 8080 }], ...(selector === undefined ? {} : { selector }) },
    });
    await apply(cluster, service({ app: 'shop' }), manifest(name, 'blue'));
    const { status } = await ended(cluster, name, 'ServiceUnfit');
    assert.include(status?.message, 'Service shop declares spec.selector (app)');
    assert.deepEqual(await sizes(cluster, name), {});
    await apply(cluster, service());
    await token(name, annotations.retry);
    const served = await ended(cluster, name, 'Promoted');
    assert.equal(await selected(name, 'shop'), served.status?.revisions?.serving);
    await apply(cluster, service());
    assert.equal(await selected(name, 'shop'), served.status?.revisions?.serving, 'a re-apply by Git changes nothing');
  });
});
