import { assert } from 'chai';
import type { Deployment } from '../../operator/api/generated/deployment.ts';
import { labels } from '../../operator/api/names.ts';
import type { Service } from '../../operator/controllers/deployment/cluster-objects.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { apply, ended, type Name, readDeployment, readyReason, sizes } from '../support/delivery/delivery.ts';
import { gitHistory, type Strategy } from '../support/delivery/git-history.ts';
import { shop } from '../support/delivery/manifests.ts';
import { storedVersions } from '../support/delivery/stored-versions.ts';
import { figure } from '../support/figure.ts';
import { operator } from '../support/operator.ts';
import { testNamespace } from '../support/plane.ts';
import { until } from '../support/until.ts';

const GIT = 'argocd-controller';
const ENDS_WITHIN = 60_000;

interface ManagedFields {
  readonly manager: string;
  readonly fieldsV1?: { readonly 'f:spec'?: object; readonly 'f:metadata'?: Readonly<Record<string, object>> };
}
type Managed = Deployment & { readonly metadata: { readonly managedFields?: readonly ManagedFields[] } };

describe('a manifest in Git while its deliveries run (B8)', function () {
  this.timeout(120_000);
  let cluster: Cluster;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    ({ cluster } = await operator());
  });

  for (const strategy of ['Rolling', 'Canary', 'BlueGreen'] as const) {
    it(`would change nothing, whenever it is applied again, and nobody else owns what it says: ${strategy}`, async () => {
      const { dryRuns, versions } = await delivered(strategy);
      assert.deepEqual(foreignOwners(versions), []);
      assert.deepEqual(
        versions.flatMap(({ status }) => status?.drift ?? []),
        [],
        'nobody edited a child',
      );
      assert.isAbove(versions.length, 10);
      figure(
        8,
        `${strategy}: no difference in ${dryRuns} dry runs during three deliveries of ${versions.length} stored versions`,
      );
    });
  }

  /** Applies each version as Git tools do, and asks all the while what applying it again would change. */
  async function delivered(strategy: Strategy) {
    const name = { namespace: await testNamespace('drift'), name: 'shop' };
    const stored = await storedVersions(cluster, name.namespace);
    let dryRuns = 0;
    for (const { manifest, ends } of gitHistory(name, strategy)) {
      const applied = await serverSideApply(name, manifest);
      let last: Deployment | undefined;
      await until(
        () => `${strategy} ended ${ends}; it says ${last?.status?.message}`,
        ENDS_WITHIN,
        async () => {
          last = await serverSideApply(name, manifest, 'dryRun=All&');
          dryRuns += 1;
          assert.deepEqual(declared(last), declared(applied));
          return last.status?.observedGeneration === last.metadata.generation && readyReason(last) === ends;
        },
      );
    }
    return { dryRuns, versions: (await stored.all()) as readonly Managed[] }; // border: the API server keeps managedFields
  }

  /** Not forced: a field that somebody else owns too would be a conflict. */
  async function serverSideApply({ namespace, name }: Name, body: Deployment, query = ''): Promise<Deployment> {
    const path = `/apis/code-engine.dev/v1alpha1/namespaces/${namespace}/deployments/${name}`;
    const call = { method: 'PATCH', path: `${path}?${query}fieldManager=${GIT}`, body } as const;
    const contentType = 'application/apply-patch+yaml';
    return (await cluster.expectSuccess({ ...call, contentType })) as Deployment; // border: the object as it is kept
  }
});

describe('the ReplicaSet of a delivery, edited by somebody', function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let name: Name;
  let path: string;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    ({ cluster } = await operator());
    name = { namespace: await testNamespace('edited'), name: 'shop' };
    await apply(cluster, shop(name));
    const { status } = await ended(cluster, name, 'Promoted');
    path = `/apis/apps/v1/namespaces/${name.namespace}/replicasets/shop-${status?.revisions?.serving}`;
  });

  const patched = (patch: object, query = '') =>
    cluster.request({
      method: 'PATCH',
      path: `${path}${query}`,
      contentType: 'application/strategic-merge-patch+json',
      body: patch,
    });

  it('gets its size again', async () => {
    const [[revision = '', wanted] = []] = Object.entries(await sizes(cluster, name));
    const scaled = await patched({ spec: { replicas: 1 } }, '?fieldManager=kubectl');
    assert.equal(scaled.status, 200);
    await until('it had its size again', ENDS_WITHIN, async () => (await sizes(cluster, name))[revision] === wanted);
    await ended(cluster, name, 'Promoted');
  });

  it('has who edited it told', async () => {
    await drifted(cluster, name, /^ReplicaSet shop-\w+ was put right: kubectl had changed spec\.replicas$/);
  });

  it('keeps its template, whoever asks: what was reviewed and measured is what runs (B6)', async () => {
    const containers = [{ name: 'web', image: 'evil.example/shop:1' }];
    const answer = await patched({ spec: { template: { spec: { containers } } } });
    assert.equal(answer.status, 403);
    assert.include(JSON.stringify(answer.body), 'code-revisions: the template of a revision is frozen');
    const relabelled = await patched({ metadata: { labels: { 'code-engine.dev/revision': 'another' } } });
    assert.equal(relabelled.status, 403);
  });
});

describe('the Service of a delivery, edited by somebody', function () {
  this.timeout(60_000);
  const ISTIO = 'istio-pilot';
  let cluster: Cluster;
  let name: Name;
  let path: string;
  let serving: string | undefined;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    ({ cluster } = await operator());
    name = { namespace: await testNamespace('hijacked'), name: 'shop' };
    await apply(cluster, shop({ ...name, sample: 'versions/shop-bluegreen.yaml' }));
    serving = (await ended(cluster, name, 'Promoted')).status?.revisions?.serving;
    path = `/api/v1/namespaces/${name.namespace}/services/shop`;
  });

  async function selected(): Promise<string | undefined> {
    const { spec } = (await cluster.expectSuccess({ path })) as Service; // border: the answer to a GET
    return spec.selector?.[labels.revision];
  }

  const lead = async (revision: string) =>
    cluster.expectSuccess({
      method: 'PATCH',
      path: `${path}?fieldManager=${ISTIO}`,
      contentType: 'application/merge-patch+json',
      body: { spec: { selector: { [labels.revision]: revision } } },
    });

  it('leads to what serves again, and an event names who led it elsewhere', async () => {
    await lead('elsewhere');
    await until('it led to what serves again', ENDS_WITHIN, async () => (await selected()) === serving);
    await drifted(cluster, name, /^Service shop was put right: istio-pilot had changed spec\.selector$/);
    await ended(cluster, name, 'Promoted');
  });

  it('is left alone where somebody does it again and again, with what to do about it', async () => {
    let times = 0;
    const contested = await until('it was contested', ENDS_WITHIN, async () => {
      if ((await selected()) === serving) {
        await lead(`elsewhere-${times}`);
        times += 1;
      }
      const deployment = await readDeployment(cluster, name);
      return readyReason(deployment) === 'Contested' ? deployment : undefined;
    });
    assert.isAtLeast(times, 3);
    const { message } = contested.status?.conditions?.find(({ type }) => type === 'Contested') ?? {};
    assert.match(
      message ?? '',
      /^Service shop: istio-pilot changed spec\.selector 3 times within 10 minutes; it is not put right again before /,
    );
    await drifted(cluster, name, /^Service shop: istio-pilot changed spec\.selector 3 times/, 'Contested');
    assert.equal(await selected(), `elsewhere-${times - 1}`);
  });
});

/** Waits for an event of the delivery that says so. */
async function drifted(cluster: Cluster, { namespace }: Name, says: RegExp, reason = 'DriftRepaired'): Promise<void> {
  const fields = encodeURIComponent(`reason=${reason}`);
  await until(`an event ${reason} says ${says}`, ENDS_WITHIN, async () => {
    const answer = await cluster.expectSuccess({
      path: `/api/v1/namespaces/${namespace}/events?fieldSelector=${fields}`,
    });
    const { items } = answer as { readonly items: readonly { readonly message: string }[] }; // border: the answer to a list
    return items.some(({ message }) => says.test(message));
  });
}

/** Who else owns something of what Git may say, in any version. */
function foreignOwners(versions: readonly Managed[]): readonly string[] {
  const owners = versions.flatMap(({ metadata }) => metadata.managedFields ?? []).filter(ownsOfGit);
  return [...new Set(owners.map(({ manager }) => manager))].filter((manager) => manager !== GIT);
}

const ownsOfGit = ({ fieldsV1 = {} }: ManagedFields): boolean => {
  const metadata = fieldsV1['f:metadata'] ?? {};
  return 'f:spec' in fieldsV1 || 'f:labels' in metadata || 'f:annotations' in metadata;
};

const declared = ({ metadata: { labels, annotations, generation }, spec }: Deployment) => ({
  labels,
  annotations,
  generation,
  spec,
});
