/**
 * What simulated pods cannot do: serve requests and count them. Every running pod of a delivery answers fifty requests a
 * second, of which a share fails; the counters are what a web server tells a Prometheus, by namespace, pod and revision.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { labels } from '../../operator/api/names.ts';
import type { Cluster } from './cluster.ts';

/** Percent of the requests to a pod that fail. */
export const ERRORS_LABEL = 'kwok.code-engine.dev/errors';

const REQUESTS_A_SECOND = 50;
const USUAL_ERRORS = 0.5;

interface PodList {
  readonly items: readonly Pod[];
}

interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly labels: Readonly<Record<string, string>>;
  };
}

/** A target for Prometheus. */
export interface SimulatedTraffic {
  readonly url: string;
  stop(): Promise<void>;
}

export async function simulateTraffic(cluster: Pick<Cluster, 'expectSuccess'>): Promise<SimulatedTraffic> {
  const since = new Map<string, number>();
  const query = `labelSelector=${encodeURIComponent(labels.revision)}&fieldSelector=status.phase%3DRunning`;
  async function exposition(): Promise<string> {
    const { items } = (await cluster.expectSuccess({ path: `/api/v1/pods?${query}` })) as PodList; // border: a PodList of the API server
    const now = performance.now();
    for (const { metadata } of items) if (!since.has(metadata.uid)) since.set(metadata.uid, now);
    return items.map((pod) => counters(pod, (now - (since.get(pod.metadata.uid) ?? now)) / 1000)).join('');
  }
  const server = createServer((_request, response) => {
    exposition().then(
      (text) => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text),
      () => response.writeHead(503).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // border: a TCP server has an AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function counters({ metadata }: Pod, seconds: number): string {
  const { namespace, name } = metadata;
  const share = Number(metadata.labels[ERRORS_LABEL] ?? USUAL_ERRORS) / 100;
  const failed = REQUESTS_A_SECOND * share * waving(seconds, name);
  const of = (code: number) =>
    `{namespace="${namespace}",pod="${name}",revision="${metadata.labels[labels.revision]}",code="${code}"}`;
  const all = REQUESTS_A_SECOND * seconds;
  return `http_requests_total${of(200)} ${all - failed}\nhttp_requests_total${of(500)} ${failed}\n`;
}

/** Time that passes by turns faster and slower, by up to a third, so that no two samples are the same; each pod has waves of its own. */
function waving(seconds: number, name: string): number {
  const phase = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 7);
  const speed = 2 + (phase % 7) / 3;
  return seconds + (Math.sin(seconds * speed + phase) - Math.sin(phase)) / (3 * speed);
}
