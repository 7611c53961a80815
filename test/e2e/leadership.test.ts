import { assert } from 'chai';
import { clock } from '../../operator/adapters/clock.ts';
import { Credentials } from '../../operator/adapters/kube/credentials.ts';
import { kubeConfigFrom } from '../../operator/adapters/kube/kube-config-from.ts';
import { KubeWire } from '../../operator/adapters/kube/wire.ts';
import { Aborted } from '../../operator/api/errors.ts';
import type { KubeObject } from '../../operator/api/objects.ts';
import { OPERATOR } from '../../operator/core/action.ts';
import { Client } from '../../operator/runtime/client.ts';
import { Elector } from '../../operator/runtime/elect.ts';
import { EventRecorder } from '../../operator/runtime/events.ts';
import { fenced } from '../../operator/runtime/fenced.ts';
import { holderOf, type Lease } from '../../operator/runtime/lease.ts';
import { leaseClient } from '../../operator/runtime/lease-client.ts';
import { Transport } from '../../operator/runtime/transport.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { plane, testNamespace } from '../support/plane.ts';
import { RecordedLog } from '../support/recorded-log.ts';
import { RecordedMetrics } from '../support/recorded-metrics.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { thrownBy } from '../support/thrown-by.ts';
import { until } from '../support/until.ts';

const RULES = [
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'patch'] },
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
  { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['create'] },
];

interface StoredEvent extends KubeObject {
  readonly message: string;
  readonly count: number;
}

describe('leading on a real API server', function () {
  this.timeout(60_000);
  const never = new AbortController().signal;
  const log = new RecordedLog();
  const metrics = new RecordedMetrics();
  let cluster: Cluster;
  let namespace: string;
  let wire: KubeWire;
  let client: Client;

  before(async function () {
    this.timeout(45 * 60_000);
    cluster = await plane();
    namespace = await testNamespace('leading');
    await grant();
    const token = await cluster.tokenFor(namespace, 'operator');
    const path = cluster.writeKubeconfig(`operator-${namespace}`, { token });
    const credentials = new Credentials(() => kubeConfigFrom({ kind: 'file', path }), clock, metrics);
    wire = new KubeWire(credentials, clock);
    const random = seededRandom(1);
    const transport = new Transport({ wire, clock, metrics, random, version: '0.0.0-test', host: credentials.host });
    client = new Client({ transport, clock, controller: 'test', lane: 'lease' });
  });

  after(() => wire?.close());

  async function grant(): Promise<void> {
    const rbac = 'rbac.authorization.k8s.io';
    const role = { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name: 'operator' }, rules: RULES };
    const binding = {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'operator' },
      roleRef: { apiGroup: rbac, kind: 'Role', name: 'operator' },
      subjects: [{ kind: 'ServiceAccount', name: 'operator', namespace }],
    };
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'operator' } };
    const create = (path: string, body: object) => cluster.expectSuccess({ method: 'POST', path, body });
    await create(`/api/v1/namespaces/${namespace}/serviceaccounts`, account);
    await create(`/apis/${rbac}/v1/namespaces/${namespace}/roles`, role);
    await create(`/apis/${rbac}/v1/namespaces/${namespace}/rolebindings`, binding);
  }

  const elector = (name: string, identity: string): Elector =>
    new Elector({
      name: { namespace, name },
      identity,
      times: { duration: 6_000, renewDeadline: 4_000, retryPeriod: 500 },
      client: leaseClient(client, { namespace, name }),
      clock,
      random: seededRandom(1),
      metrics,
      log,
    });
  const leasePath = (name: string) => `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}`;
  const leaseNow = async (name: string): Promise<Lease> =>
    (await cluster.expectSuccess({ path: leasePath(name) })) as Lease; // border: the test's own reader

  it('R35, R36: renews, gives the lease back, and a successor leads within 3 s under the next epoch', async () => {
    const first = await elector('handover', 'one').acquire(never);
    const before = await leaseNow('handover');
    await until('the lease was renewed', 5_000, async () => {
      const { spec } = await leaseNow('handover');
      return spec?.renewTime !== before.spec?.renewTime;
    });
    const successor = elector('handover', 'two').acquire(never);
    await clock.sleep(700);
    assert.equal(holderOf(await leaseNow('handover')), 'one');
    const start = clock.monotonic();
    await first.release(never);
    const second = await successor;
    assert.isBelow(clock.monotonic() - start, 3_000);
    assert.deepEqual([first.fence.epoch, second.fence.epoch], [0, 1]);
    assert.throws(() => first.fence.check(), Aborted);
    await second.release(never);
    assert.isUndefined(holderOf(await leaseNow('handover')));
  });

  it('R35: writes nothing more once another holds the lease', async () => {
    const leadership = await elector('stolen', 'one').acquire(never);
    const writer = fenced(client, leadership.fence);
    await cluster.expectSuccess({
      method: 'PATCH',
      path: leasePath('stolen'),
      body: { spec: { holderIdentity: 'thief', leaseTransitions: 1 } },
      contentType: 'application/merge-patch+json',
    });
    assert.equal((await leadership.lost).reason, 'LeaseLost');
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name: 'late' } };
    const failure = await thrownBy(writer.create(account, { as: OPERATOR, fieldManager: 'test', signal: never }));
    assert.equal(failure.reason, 'LeaseLost');
    await leadership.release(never);
    assert.equal(holderOf(await leaseNow('stolen')), 'thief');
    const { status } = await cluster.request({ path: `/api/v1/namespaces/${namespace}/serviceaccounts/late` });
    assert.equal(status, 404);
  });

  it('R34: events are taken by the API server, and repeats are counted', async () => {
    const recorder = new EventRecorder({
      writer: client,
      clock,
      metrics,
      component: 'code-operator',
      instance: 'pod-1',
    });
    const object = {
      apiVersion: 'code-engine.dev/v1alpha1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace, uid: '11111111-2222-3333-4444-555555555555', resourceVersion: '1' },
    };
    for (let count = 0; count < 3; count++) {
      recorder.record(object, { type: 'Warning', reason: 'RolledBack', message: 'pods crash' });
    }
    await recorder.stop();
    const path = `/api/v1/namespaces/${namespace}/events`;
    const list = (await cluster.expectSuccess({ path })) as { items: StoredEvent[] }; // border: the test's own reader
    assert.deepEqual(
      list.items.filter(({ message }) => message === 'pods crash').map(({ count }) => count),
      [3],
    );
  });
});
