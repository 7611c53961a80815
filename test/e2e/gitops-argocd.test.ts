import { assert } from 'chai';
import type { Deployment } from '../../operator/api/generated/deployment.ts';
import { annotations } from '../../operator/api/names.ts';
import { watchAvailability } from '../support/delivery/available-pods.ts';
import { ended, type Name, readDeployment, readyReason, succeed } from '../support/delivery/delivery.ts';
import { answerGate, gated, namespaceWithGate, questionOf } from '../support/delivery/gate.ts';
import { shop } from '../support/delivery/manifests.ts';
import { canaryByRouteOfGit, routeOfGit } from '../support/delivery/route-of-git.ts';
import { toolCalls } from '../support/delivery/tool-calls.ts';
import { figure } from '../support/figure.ts';
import { PlayedGateway, readRoute } from '../support/gateway.ts';
import { ArgoCdPeer } from '../support/gitops/argocd.ts';
import { operator, type SharedOperator } from '../support/operator.ts';
import { until } from '../support/until.ts';

describe('a delivery that the real Argo CD syncs and judges by our health.lua (B7)', function () {
  this.timeout(120_000);
  let shared: SharedOperator;
  let argocd: ArgoCdPeer;
  let namespace: string;
  let gateway: PlayedGateway | undefined;

  before(async function () {
    // The first build of the plane's programs and of Argo CD takes minutes.
    this.timeout(60 * 60_000);
    shared = await operator();
    namespace = await namespaceWithGate(shared.cluster, 'argocd');
    // Argo CD learns the shapes of the kinds when it starts, and may miss one that comes later.
    gateway = await PlayedGateway.install(shared.cluster);
    argocd = await ArgoCdPeer.start(shared.cluster, namespace);
  });

  after(async () => {
    await gateway?.stop();
    await argocd?.stop();
  });

  /** What Argo CD says when it has the health, and how far the delivery is by then. */
  async function judged(status: string, name: Name) {
    const { deployment, application } = await argocd.judged(name.name, status);
    const read = await readDeployment(shared.cluster, name);
    return {
      health: deployment,
      application: application.status,
      delivery: readyReason(read),
      says: read.status?.message,
    };
  }

  it('is Healthy when promoted, Degraded with our message when rolled back, and no sync tries that again', async () => {
    const name = { namespace, name: 'shop' };
    await argocd.commit('deploy/shop.yaml', shop({ ...name, version: 'good' }));
    const good = await judged('Healthy', name);
    assert.deepInclude(good, { application: 'Healthy', delivery: 'Promoted' });
    const bad = shop({ ...name, version: 'bad', fail: 'crash-loop', spec: { progressDeadlineSeconds: 5 } });
    await argocd.commit('deploy/shop.yaml', labelled(bad));
    const failed = await judged('Degraded', name);
    assert.deepInclude(failed, { application: 'Degraded', delivery: 'RolledBack' });
    assert.equal(failed.health.message, failed.says);
    await startsNothing(name);
    figure(7, 'Argo CD, live: Healthy only when promoted, Degraded with our message when rolled back');
  });

  /** The refused version stays in Git: neither a sync by hand nor self-heal tries it again. */
  async function startsNothing(name: Name): Promise<void> {
    const { cluster, auditTrail } = shared;
    const calls = () => toolCalls(auditTrail, namespace);
    const pods = await watchAvailability(cluster, namespace, 'app=shop');
    const before = calls();
    await argocd.sync();
    await argocd.sync();
    await succeed(cluster, ['label', 'cdep', name.name, '-n', namespace, 'team=another', '--overwrite']);
    await until('Argo CD had healed the label', 30_000, async () => {
      const { metadata } = await readDeployment(cluster, name);
      return metadata.labels?.['team'] === 'shops';
    });
    assert.deepInclude(await judged('Degraded', name), { delivery: 'RolledBack' });
    assert.deepEqual({ calls: calls(), pods: pods.created() }, { calls: before, pods: [] });
    await pods.stop();
  }

  it('is Suspended while a person is asked, Healthy after the answer', async () => {
    const name = { namespace, name: 'gated' };
    await argocd.commit('deploy/gated.yaml', shop(name));
    await judged('Healthy', name);
    await argocd.commit('deploy/gated.yaml', gated(name));
    const asking = await judged('Suspended', name);
    assert.deepInclude(asking, { delivery: 'WaitingForApproval' });
    await answerGate(shared.cluster, await questionOf(shared.cluster, name), 'approve');
    const promoted = await judged('Healthy', name);
    assert.deepInclude(promoted, { delivery: 'Promoted' });
    figure(7, 'Argo CD, live, at a gate: Suspended until a person answers');
  });

  it('obeys the actions that Argo CD offers, run by its own API, and stays in step with Git', async () => {
    const name = { namespace, name: 'acted' };
    const calls = () => toolCalls(shared.auditTrail, namespace).length;
    await argocd.commit('deploy/acted.yaml', held(name, 'one'));
    await judged('Healthy', name);
    assert.deepEqual(await argocd.offered(name), []);
    await argocd.commit('deploy/acted.yaml', held(name, 'two'));
    assert.deepInclude(await judged('Suspended', name), { delivery: 'WaitingForPromotion' });
    assert.deepEqual(await argocd.offered(name), ['abort', 'promote']);

    await argocd.run('abort', name);
    assert.deepInclude(await judged('Degraded', name), { delivery: 'RolledBack' });
    assert.deepEqual(await argocd.offered(name), ['retry']);

    const before = calls();
    await argocd.run('retry', name);
    assert.deepInclude(await judged('Suspended', name), { delivery: 'WaitingForPromotion' });
    await argocd.run('promote', name);
    assert.deepInclude(await judged('Healthy', name), { delivery: 'Promoted' });
    assert.equal(calls(), before + 1, 'one attempt scans once');

    assert.equal(await argocd.compared(), 'Synced');
    await argocd.sync();
    const { metadata } = await readDeployment(shared.cluster, name);
    const tokens = [annotations.abort, annotations.retry, annotations.promote];
    assert.containsAllKeys(metadata.annotations, tokens);
    figure(7, 'Argo CD, live: its actions abort, retry and promote are obeyed, and self-heal keeps their tokens');
  });

  it('has the weights of a route of Git to itself while it shifts them, and Git has the route before and after', async () => {
    const { cluster } = shared;
    const name = { namespace, name: 'routed' };
    const half = [{ weight: 50 }, { pause: {} }];
    const route = async () => (await readRoute(cluster, { namespace, name: 'front' })).spec.rules;
    await argocd.commit('deploy/route.yaml', routeOfGit(name));
    await argocd.commit('deploy/routed.yaml', canaryByRouteOfGit(name, 'one', half));
    await judged('Healthy', name);
    const before = await route();

    await argocd.commit('deploy/routed.yaml', canaryByRouteOfGit(name, 'two', half));
    await ended(cluster, name, 'WaitingForPromotion');
    const shifted = await route();
    assert.deepEqual(
      shifted?.[1]?.backendRefs?.map(({ weight }) => weight),
      [50, 50],
    );
    assert.equal(await argocd.compared(), 'Synced');
    // Two syncs that write the rules end a delivery: RouteContested.
    await argocd.sync();
    await argocd.sync();
    assert.deepEqual([await argocd.compared(), await route()], ['Synced', shifted]);

    await argocd.run('promote', name);
    assert.deepInclude(await judged('Healthy', name), { delivery: 'Promoted' });
    assert.deepEqual([await argocd.compared(), await route()], ['Synced', before]);
    await argocd.commit('deploy/route.yaml', routeOfGit(name, '/older'));
    await until('the change of the route in Git was there', 30_000, async () => {
      return JSON.stringify((await route())?.[0]?.matches).includes('/older');
    });
    // Its own view of the cluster comes a moment after the cluster.
    await judged('Healthy', name);
    figure(7, 'Argo CD, live, with a route of Git: Synced while weights shift, and changes of the route apply after');
  });
});

const held = (name: Name, version: string): Deployment =>
  shop({
    ...name,
    version,
    spec: { strategy: { type: 'Canary', canary: { steps: [{ weight: 33 }, { pause: {} }] } } },
  });

const labelled = (manifest: Deployment): Deployment => ({
  ...manifest,
  metadata: { ...manifest.metadata, labels: { team: 'shops' } },
});
