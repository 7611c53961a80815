import { assert } from 'chai';
import type { KubeObject } from '../../operator/api/objects.ts';
import type { Reference } from '../../operator/api/resources.ts';
import { OPERATOR } from '../../operator/core/action.ts';
import type { WriteOptions } from '../../operator/ports/kube.ts';
import type { Caches } from '../../operator/runtime/caches.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { OperatorClient } from '../support/operator-client.ts';
import { plane, testNamespace } from '../support/plane.ts';
import { until } from '../support/until.ts';

describe('the caches on a real API server', function () {
  this.timeout(90_000);
  let cluster: Cluster;
  let namespace: string;
  let operator: OperatorClient;

  before(async function () {
    this.timeout(45 * 60_000);
    cluster = await plane();
  });

  afterEach(() => operator.stop());

  const write = (): WriteOptions => ({ as: OPERATOR, fieldManager: 'code-test', signal: operator.signal });
  const reference = (name: string): Reference => ({ resource: 'ServiceAccount', namespace, name });
  const account = (name: string, labels: Record<string, string> = {}): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { namespace, name, labels: { cached: namespace, ...labels } },
  });
  /** What a cache of this test's objects tells. */
  function events(caches: Caches): readonly string[] {
    const told: string[] = [];
    caches.subscribe('ServiceAccount', ({ type, object }) => told.push(`${type} ${object.metadata.name}`));
    return told;
  }

  it('list by watching what matches their selector, and tell what changes', async () => {
    namespace = await testNamespace('cached');
    operator = await OperatorClient.start(cluster, namespace);
    const { client, metrics } = operator;
    const caches = operator.accounts(`cached=${namespace}`);
    const told = events(caches);
    await client.create(account('before'), write());
    await operator.run(caches);
    const created = await client.create(account('during'), write());
    await client.create(account('unlabelled', { cached: 'no' }), write());
    await client.apply(account('during', { more: 'yes' }), write());
    await client.delete(reference('during'), { uid: created.metadata.uid ?? '' }, 'Background', write());
    await until('the deletion was told', 20_000, () => told.includes('deleted during'));
    assert.deepEqual(told, ['added before', 'added during', 'updated during', 'deleted during']);
    assert.equal(metrics.counts.get('code_informer_lists_total{resource=ServiceAccount}'), 1);
    assert.equal(metrics.counts.get('code_informer_watches_total{resource=ServiceAccount}'), 1);
  });

  it('R24 give a pass a reader that knows what the pass before wrote', async () => {
    namespace = await testNamespace('own-writes');
    operator = await OperatorClient.start(cluster, namespace);
    const caches = operator.accounts(`cached=${namespace}`);
    await operator.run(caches);
    const key = `deployment/${namespace}/own`;
    const recording = operator.client.recording(caches.writes.hook(key));
    for (let count = 0; count < 20; count++) {
      const written = await recording.apply(account('own', { count: String(count) }), write());
      const reader = await caches.reader(key, operator.signal);
      assert.equal(reader.get(reference('own'))?.metadata.resourceVersion, written.metadata.resourceVersion);
    }
  });

  it('R11 R12 R16 learn what happened while the API server was dead', async () => {
    namespace = await testNamespace('dead-server');
    const server = await cluster.addApiServer('caches-dead-server');
    operator = await OperatorClient.start(cluster, namespace, server.endpoint);
    const caches = operator.accounts(`cached=${namespace}`);
    const told = events(caches);
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts`;
    const create = (name: string) => cluster.expectSuccess({ method: 'POST', path, body: account(name) });
    const remove = (name: string) => cluster.expectSuccess({ method: 'DELETE', path: `${path}/${name}` });
    for (const name of ['gone', 'reborn', 'stays']) await create(name);
    await operator.run(caches);
    await until('the start was told', 20_000, () => told.length === 3);
    await server.component.kill();
    await remove('gone');
    await remove('reborn');
    await create('reborn');
    await create('fresh');
    await server.component.start();
    await until(
      () => `the gap was told; told ${told}`,
      60_000,
      () => told.length >= 7,
    );
    assert.deepEqual(told.slice(3).sort(), ['added fresh', 'added reborn', 'deleted gone', 'deleted reborn']);
    await server.component.kill();
  });
});
