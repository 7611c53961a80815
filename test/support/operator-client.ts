/** The operator's own client and caches on a real API server, with rights to two kinds and nothing else. */
import { clock } from '../../operator/adapters/clock.ts';
import { Credentials } from '../../operator/adapters/kube/credentials.ts';
import { kubeConfigFrom } from '../../operator/adapters/kube/kube-config-from.ts';
import { KubeWire } from '../../operator/adapters/kube/wire.ts';
import { Caches } from '../../operator/runtime/caches.ts';
import { Client } from '../../operator/runtime/client.ts';
import { KubeFeed } from '../../operator/runtime/feed.ts';
import { Transport } from '../../operator/runtime/transport.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Endpoint } from '../cluster/kubeconfig.ts';
import { RecordedLog } from './recorded-log.ts';
import { RecordedMetrics } from './recorded-metrics.ts';
import { seededRandom } from './seeded-random.ts';

export class OperatorClient {
  readonly metrics = new RecordedMetrics();
  readonly log = new RecordedLog();
  readonly client: Client;
  readonly #transport: Transport;
  readonly #wire: KubeWire;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>[] = [];

  /** Grants a ServiceAccount `operator` of the namespace what it needs and speaks as it; `name` is new in the plane. */
  static async start(
    cluster: Cluster,
    namespace: string,
    endpoint: Endpoint = cluster.endpoint,
  ): Promise<OperatorClient> {
    await grant(cluster, namespace);
    const token = await cluster.tokenFor(namespace, 'operator');
    return new OperatorClient(cluster.writeKubeconfig(`operator-${namespace}`, { token }, endpoint));
  }

  /** @param path a kubeconfig file */
  constructor(path: string) {
    const { metrics } = this;
    const credentials = new Credentials(() => kubeConfigFrom({ kind: 'file', path }), clock, metrics);
    this.#wire = new KubeWire(credentials, clock);
    const random = seededRandom(1);
    this.#transport = new Transport({
      wire: this.#wire,
      clock,
      random,
      metrics,
      version: '0.0.0-test',
      host: credentials.host,
    });
    this.client = new Client({ transport: this.#transport, clock, controller: 'test' });
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** A cache of the ServiceAccounts with the label; it runs until `stop` once `run` was called with it. */
  accounts(labelSelector: string): Caches {
    return new Caches({
      definitions: [{ resource: 'ServiceAccount', labelSelector, indexes: {} }],
      feedOf: (definition) => new KubeFeed(definition, this.#transport, clock),
      read: this.client.read.bind(this.client),
      clock,
      random: seededRandom(1),
      metrics: this.metrics,
      log: this.log,
      freeze: 'deep',
    });
  }

  async run(caches: Caches): Promise<void> {
    this.#running.push(caches.run(this.#stop.signal));
    await caches.synced(AbortSignal.timeout(30_000));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
    await this.#wire.close();
  }
}

async function grant(cluster: Cluster, namespace: string): Promise<void> {
  const rbac = 'rbac.authorization.k8s.io';
  const name = `operator-client-${namespace}`;
  const create = (path: string, body: object) => cluster.expectSuccess({ method: 'POST', path, body });
  await create(`/api/v1/namespaces/${namespace}/serviceaccounts`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'operator' },
  });
  await create(`/apis/${rbac}/v1/clusterroles`, {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRole',
    metadata: { name },
    rules: [
      {
        apiGroups: [''],
        resources: ['serviceaccounts'],
        verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete', 'impersonate'],
      },
      {
        apiGroups: ['autoscaling'],
        resources: ['horizontalpodautoscalers', 'horizontalpodautoscalers/status'],
        verbs: ['get', 'create', 'patch'],
      },
    ],
  });
  await create(`/apis/${rbac}/v1/clusterrolebindings`, {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', name: 'operator', namespace }],
  });
}
