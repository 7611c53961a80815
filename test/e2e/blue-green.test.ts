import { assert } from 'chai';
import type { Deployment } from '../../operator/api/generated/deployment.ts';
import { annotations, labels } from '../../operator/api/names.ts';
import type { Service } from '../../operator/controllers/deployment/cluster-objects.ts';
import { percentile } from '../bench/percentile.ts';
import { auditLogEnd } from '../support/audit-log.ts';
import { allEnded } from '../support/delivery/all-ended.ts';
import { watchAvailability } from '../support/delivery/available-pods.ts';
import { apply, ended, list, type Name, seen, sizes, succeed } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { operatorWrites } from '../support/delivery/writes.ts';
import { figure } from '../support/figure.ts';
import { operator, type SharedOperator } from '../support/operator.ts';
import { testNamespace } from '../support/plane.ts';
import { until } from '../support/until.ts';

/** Waits for the token before it switches; the old pods stand by for 30 seconds. */
const SAMPLE = 'versions/shop-bluegreen.yaml';
/** Deliveries whose metric breaks at one moment, and how soon each must be back: what delivery.md section 11 allows. */
const BREACHED = 8;
const INTERVAL_MILLISECONDS = 1_000;
const BACK_WITHIN = INTERVAL_MILLISECONDS + 2_000;

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

  /** What the metric reads: a manifest whose findings a test changes while it is looked at. It makes no pods. */
  const probe = (namespace: string, privileged: boolean): Deployment =>
    shop({ namespace, name: 'probe', container: { securityContext: { privileged } }, spec: { suspend: true } });

  const measured = (name: Name, version: string): Deployment => {
    const sample = manifest(name, version);
    const blueGreen = { ...sample.spec.strategy?.blueGreen, activeService: name.name, autoPromote: true };
    const provider = {
      mcp: {
        server: 'security',
        tool: 'scan_manifest',
        arguments: { deployment: 'probe' },
        pointer: '/counts/critical',
      },
    };
    const interval = `${INTERVAL_MILLISECONDS}ms`;
    const metrics = [{ name: 'findings', provider, interval, minSamples: 2, threshold: { max: 0 } }];
    const strategy = { type: 'BlueGreen' as const, blueGreen };
    return {
      ...sample,
      spec: { ...sample.spec, replicas: 1, tools: {}, strategy, analysis: { metrics, afterPromotion: '1h' } },
    };
  };

  it('goes back within its interval and 2 s where a metric breaks after the promotion (B24)', async () => {
    const { cluster } = shared;
    const namespace = await testNamespace('breached');
    const names = Array.from({ length: BREACHED }, (_, index) => ({ namespace, name: `shop-${index}` }));
    const plain = (name: Name): Deployment => {
      const { analysis: _none, ...spec } = measured(name, 'blue').spec;
      return { ...measured(name, 'blue'), spec };
    };
    await apply(cluster, probe(namespace, false), ...names.map(plain));
    await allEnded(cluster, names, 'Promoted', 60_000);
    const blues = await Promise.all(names.map(({ name }) => selected({ namespace, name }, name)));

    await apply(cluster, ...names.map((name) => measured(name, 'green')));
    const promoted = await Promise.all(
      names.map((name, index) =>
        seen(cluster, name, 'analysed after its promotion', ({ status }) => {
          const { serving } = status?.revisions ?? {};
          return status?.phase === 'Analysing' && serving !== blues[index];
        }),
      ),
    );
    const greens = promoted.map(({ status }) => status?.revisions?.serving ?? '');
    assert.deepEqual(await Promise.all(names.map(({ name }) => selected({ namespace, name }, name))), greens);

    const from = auditLogEnd(cluster.auditLog);
    const brokenAt = Date.now();
    await apply(cluster, probe(namespace, true));
    await allEnded(cluster, names, 'RolledBack', 30_000);

    assert.deepEqual(await Promise.all(names.map(({ name }) => selected({ namespace, name }, name))), blues);
    for (const [index, name] of names.entries()) {
      const { status } = await ended(cluster, name, 'RolledBack');
      assert.equal(status?.revisions?.serving, blues[index]);
      assert.deepInclude(status?.revisions?.rejected?.[0], { hash: greens[index] ?? '', reason: 'AnalysisFailed' });
      assert.deepInclude(
        status?.conditions?.find(({ type }) => type === 'Analysed'),
        { status: 'False', reason: 'AnalysisFailed' },
      );
    }
    const took = await until('the audit log told every switch', 10_000, async () => {
      const writes = (await operatorWrites(cluster, namespace, from)).filter(
        ({ object }) => object?.resource === 'services',
      );
      const last = names.map(({ name }) =>
        Math.max(
          ...writes.filter(({ object }) => object?.name === name).map(({ receivedAt }) => receivedAt - brokenAt),
        ),
      );
      return last.every((milliseconds) => milliseconds > 0) ? last : undefined;
    });
    const [median, p95] = [percentile(took, 0.5), percentile(took, 0.95)];
    figure(
      24,
      `${BREACHED} at once, interval 1 s: from the bad value to the switch back p50 ${(median / 1_000).toFixed(2)} s, p95 ${(p95 / 1_000).toFixed(2)} s`,
    );
    assert.isAtMost(p95, BACK_WITHIN, `milliseconds of each: ${took.join(', ')}`);
  });
});
