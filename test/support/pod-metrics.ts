import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Cluster } from '../cluster/cluster.ts';
import { until } from './until.ts';

/** A metrics.k8s.io API in which a test says what pods use; a HorizontalPodAutoscaler takes it for the real one. */
export type PodMetrics = {
  /** From now on every container of every pod uses so many thousandths of a processor. */
  use(millicores: number): void;
  /** From now on a constant load: the ready ones of the pods that are asked for together use so much, shared evenly. */
  share(millicores: number): void;
  stop(): Promise<void>;
};

type PodList = {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly namespace: string; readonly deletionTimestamp?: string };
    readonly spec: { readonly containers: readonly { readonly name: string }[] };
    readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
  }[];
};

const API = '/apis/metrics.k8s.io/v1beta1';
const REGISTRATION = '/apis/apiregistration.k8s.io/v1/apiservices';
const NAME = 'v1beta1.metrics.k8s.io';
const SERVICE = { name: 'pod-metrics', namespace: 'kube-system' } as const;
const HOST = `${SERVICE.name}.${SERVICE.namespace}.svc`;

/** Serves the metrics on loopback and registers them as an aggregated API of the plane: one at a time on a plane. */
export async function servePodMetrics(cluster: Cluster): Promise<PodMetrics> {
  let load: Load = () => 0;
  const { certificate, key } = await cluster.servingCertificateFor([HOST]);
  const server = createServer({ cert: certificate, key }, (request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', `https://${HOST}`);
    answer(cluster, pathname, search, load)
      .then((body) =>
        response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(body),
      )
      .catch(() => response.writeHead(503).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // The border: a TCP server has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  await register(cluster, port);
  return {
    use: (used) => {
      load = () => used;
    },
    share: (total) => {
      load = (pods) => Math.round(total / Math.max(1, pods));
    },
    stop: async () => {
      await cluster.expectSuccess({ method: 'DELETE', path: `${REGISTRATION}/${NAME}` });
      await cluster.expectSuccess({
        method: 'DELETE',
        path: `/api/v1/namespaces/${SERVICE.namespace}/services/${SERVICE.name}`,
      });
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What each of so many pods uses. */
type Load = (pods: number) => number;

async function answer(cluster: Cluster, path: string, search: string, load: Load): Promise<string | undefined> {
  if (path === API) {
    const pods = { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] };
    return JSON.stringify({
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion: 'metrics.k8s.io/v1beta1',
      resources: [pods],
    });
  }
  const namespace = /^\/apis\/metrics\.k8s\.io\/v1beta1\/namespaces\/([^/]+)\/pods$/.exec(path)?.[1];
  if (namespace === undefined) return undefined;
  // The border: a PodList of the API server, to which the label selector of the question is passed on.
  const list = (await cluster.expectSuccess({ path: `/api/v1/namespaces/${namespace}/pods${search}` })) as PodList;
  const serving = list.items.filter(
    ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined &&
      status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True'),
  );
  const millicores = load(serving.length);
  const items = list.items.map(({ metadata: { name }, spec }) => ({
    metadata: { name, namespace },
    timestamp: new Date().toISOString(),
    window: '10s',
    containers: spec.containers.map((container) => ({
      name: container.name,
      usage: { cpu: `${millicores}m`, memory: '32Mi' },
    })),
  }));
  return JSON.stringify({ kind: 'PodMetricsList', apiVersion: 'metrics.k8s.io/v1beta1', metadata: {}, items });
}

/** Endpoints may not be on loopback, but a Service may be the name localhost. */
async function register(cluster: Cluster, port: number): Promise<void> {
  await cluster.expectSuccess({
    method: 'POST',
    path: `/api/v1/namespaces/${SERVICE.namespace}/services`,
    body: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: SERVICE.name },
      spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port }] },
    },
  });
  await cluster.expectSuccess({
    method: 'POST',
    path: REGISTRATION,
    body: {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: NAME },
      spec: {
        group: 'metrics.k8s.io',
        version: 'v1beta1',
        service: { ...SERVICE, port },
        caBundle: Buffer.from(cluster.endpoint.authority).toString('base64'),
        groupPriorityMinimum: 100,
        versionPriority: 100,
      },
    },
  });
  await until('the metrics were served through the API server', 30_000, async () => {
    return (await cluster.request({ path: `${API}/namespaces/default/pods` })).status === 200;
  });
}
