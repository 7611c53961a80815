import { assert } from 'chai';
import { annotations } from '../../operator/api/names.ts';
import { watchAvailability } from '../support/delivery/available-pods.ts';
import { apply, ended, list, type Name, sizes, succeed } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { operator, type SharedOperator } from '../support/operator.ts';
import { testNamespace } from '../support/plane.ts';

/** A third of the pods, then two thirds until the token comes. */
const SAMPLE = 'versions/shop-canary.yaml';
/** Of the three pods none may be missing, and one may be above them: 25 % is rounded so. */
const [LEAST, MOST] = [3, 4];

describe('a canary on a real control plane', function () {
  this.timeout(120_000);
  let shared: SharedOperator;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    shared = await operator();
  });

  /** UIDs. */
  const podsOf = async ({ namespace }: Name, revision: string) =>
    (await list(shared.cluster, '/api/v1', namespace, 'pods', `code-engine.dev/revision=${revision}`)).map(
      ({ metadata }) => metadata.uid ?? '',
    );

  const token = ({ namespace, name }: Name, verb: string) =>
    succeed(shared.cluster, ['annotate', 'deployments.code-engine.dev', name, `${verb}=1`, '-n', namespace]);

  /** A version that serves, and a canary of another that stands at its last pause. */
  async function paused(
    purpose: string,
  ): Promise<{ readonly name: Name; readonly good: string; readonly bold: string }> {
    const { cluster } = shared;
    const name = { namespace: await testNamespace(purpose), name: 'shop' };
    await apply(cluster, shop(name));
    const good = (await ended(cluster, name, 'Promoted')).status?.revisions?.serving ?? '';
    await apply(cluster, shop({ ...name, sample: SAMPLE }));
    const { status } = await ended(cluster, name, 'WaitingForPromotion');
    const bold = status?.revisions?.desired ?? '';
    assert.deepEqual(await sizes(cluster, name), { [good]: 1, [bold]: 2 });
    assert.deepInclude(status?.step, { index: 4, of: 5, name: 'pause', weight: 67 });
    return { name, good, bold };
  }

  it('goes by its weights and pauses, and to the end by the token promote', async () => {
    const { cluster } = shared;
    const namespace = await testNamespace('canary');
    const name = { namespace, name: 'shop' };
    await apply(cluster, shop(name));
    const good = (await ended(cluster, name, 'Promoted')).status?.revisions?.serving ?? '';
    const pods = await watchAvailability(cluster, namespace, 'app=shop');

    await apply(cluster, shop({ ...name, sample: SAMPLE }));
    const first = await ended(cluster, name, 'WaitingForPause');
    const bold = first.status?.revisions?.desired ?? '';
    assert.deepEqual(await sizes(cluster, name), { [good]: 2, [bold]: 1 });
    assert.deepInclude(first.status?.step, { index: 2, of: 5, name: 'pause', weight: 33 });
    assert.match(
      await succeed(cluster, ['get', 'cdep', 'shop', '-n', namespace]),
      /Paused +5\/8 roll-out, pause 2\/5 +33 /,
    );

    await ended(cluster, name, 'WaitingForPromotion');
    assert.deepEqual(await sizes(cluster, name), { [good]: 1, [bold]: 2 });
    await token(name, annotations.promote);
    const { status } = await ended(cluster, name, 'Promoted');
    assert.deepEqual(await sizes(cluster, name), { [good]: 0, [bold]: 3 });
    assert.equal(status?.revisions?.serving, bold);
    assert.deepEqual(status?.handled, { promote: '1' });

    await pods.stop();
    assert.isAtLeast(pods.least(), LEAST);
    assert.isAtMost(pods.most(), MOST);
    assert.sameMembers(await podsOf(name, bold), pods.created(), 'no pod was made beside those that serve now');
  });

  it('promotes the very pods that it showed (B6)', async () => {
    const { cluster } = shared;
    const { name, bold } = await paused('tested');
    const shown = await podsOf(name, bold);
    const pods = await watchAvailability(cluster, name.namespace, 'app=shop');
    await token(name, annotations.promote);
    await ended(cluster, name, 'Promoted');
    await pods.stop();
    assert.lengthOf(pods.created(), 1, 'the third pod');
    assert.sameMembers(await podsOf(name, bold), [...shown, ...pods.created()]);
  });

  it('goes back by the token abort, while enough pods stay', async () => {
    const { cluster } = shared;
    const { name, good, bold } = await paused('aborted');
    const pods = await watchAvailability(cluster, name.namespace, 'app=shop');
    await token(name, annotations.abort);
    const { status } = await ended(cluster, name, 'RolledBack');
    assert.deepEqual(await sizes(cluster, name), { [good]: 3, [bold]: 0 });
    assert.deepInclude(status?.revisions?.rejected?.[0], { hash: bold, reason: 'Aborted' });
    await pods.stop();
    assert.isAtLeast(pods.least(), LEAST);
    assert.isAtMost(pods.most(), MOST);
  });

  it('goes back from pods that fail, with their cause, and never leaves its first weight', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('failing'), name: 'shop' };
    await apply(cluster, shop(name));
    const good = (await ended(cluster, name, 'Promoted')).status?.revisions?.serving ?? '';
    const pods = await watchAvailability(cluster, name.namespace, 'app=shop');
    await apply(cluster, shop({ ...name, sample: SAMPLE, fail: 'crash-loop', spec: { progressDeadlineSeconds: 5 } }));
    const { status } = await ended(cluster, name, 'RolledBack');
    assert.deepInclude(status?.revisions?.rejected?.[0], { reason: 'CrashLooping' });
    assert.deepInclude(status?.step, { index: 1, weight: 0 });
    assert.equal((await sizes(cluster, name))[good], 3);
    await pods.stop();
    assert.isAtLeast(pods.least(), LEAST);
    assert.isAtMost(pods.most(), MOST);
  });

  /** A canary that waits for a metric which a read-only tool of ours tells: findings of its own scan. */
  const measured = (name: Name, version: string, max: number) =>
    shop({
      ...name,
      version,
      spec: {
        strategy: {
          type: 'Canary',
          canary: { steps: [{ weight: 33 }, { analyse: { metrics: ['findings'] } }] },
        },
        analysis: {
          metrics: [
            {
              name: 'findings',
              provider: {
                mcp: {
                  server: 'security',
                  tool: 'scan_manifest',
                  arguments: { deployment: '{{name}}' },
                  pointer: '/counts/critical',
                },
              },
              interval: '1s',
              minSamples: 2,
              threshold: { max },
            },
          ],
        },
      },
    });

  it('goes on by what a metric says, and back from a breach of it', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('measured'), name: 'shop' };
    await apply(cluster, measured(name, 'one', 0));
    await ended(cluster, name, 'Promoted');
    await apply(cluster, measured(name, 'two', 0));
    const good = await ended(cluster, name, 'Promoted');
    assert.deepInclude(good.status?.step, { index: 3, of: 3, weight: 100 });
    // Even a manifest without findings has more than fewer than none.
    await apply(cluster, measured(name, 'three', -1));
    const { status } = await ended(cluster, name, 'RolledBack');
    assert.deepInclude(status?.revisions?.rejected?.[0], { reason: 'AnalysisFailed' });
    assert.deepInclude(status?.analysis?.[0], { metric: 'findings', verdict: 'Fail', value: '0' });
    assert.equal((await sizes(cluster, name))[good.status?.revisions?.serving ?? ''], 3);
  });

  it('goes on by what a Job of its own finds, and back where it fails, one Job each', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('smoked'), name: 'shop' };
    const smoked = (version: string, ...words: readonly string[]) =>
      shop({
        ...name,
        version,
        spec: {
          replicas: 3,
          strategy: { type: 'Canary', canary: { steps: [{ weight: 33 }, { analyse: { metrics: ['smoke'] } }] } },
          analysis: {
            metrics: [
              {
                name: 'smoke',
                provider: {
                  job: { image: 'registry.k8s.io/pause:3.10', arguments: ['--revision={{revision}}', ...words] },
                },
              },
            ],
          },
        },
      });
    await apply(cluster, smoked('one'));
    const { status: first } = await ended(cluster, name, 'Promoted');
    await apply(cluster, smoked('two', '--fail'));
    const { status } = await ended(cluster, name, 'RolledBack');
    assert.equal(status?.revisions?.serving, first?.revisions?.serving);
    const [rejected] = status?.revisions?.rejected ?? [];
    assert.equal(rejected?.reason, 'AnalysisFailed');
    assert.match(rejected?.message ?? '', /smoke Job shop-smoke-\w+ failed \(BackoffLimitExceeded\)/);
    const jobs = await list(cluster, '/apis/batch/v1', name.namespace, 'jobs');
    assert.deepEqual(
      jobs.map(({ metadata }) => metadata.ownerReferences?.map(({ kind, name: owner }) => `${kind}/${owner}`)),
      [['Deployment/shop'], ['Deployment/shop']],
    );
  });
});
