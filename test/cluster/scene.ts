import { bootCluster } from './boot-cluster.ts';
import type { OperatorHost } from './operator.ts';
import { runPrometheus } from './prometheus/run-prometheus.ts';
import { simulateTraffic } from './simulated-traffic.ts';

const SCRAPE_MILLISECONDS = 250;
/** The group of the sample Tenant's release managers. */
const RELEASE_MANAGERS = 'acme-release-managers';

/** Where `npm start` plays: a cluster, and what stands beside it. */
export interface Scene {
  readonly host: OperatorHost;
  /** The API server's own log of every request, where we run it. */
  readonly auditLog?: string;
  /** Address of a Prometheus that counts the requests of the pods. */
  readonly prometheus?: string;
  /** Kubeconfig of somebody whom the sample Tenant lets answer. */
  readonly releaseManager?: string;
  stop(): Promise<void>;
}

/** The embedded plane, and a Prometheus that scrapes the requests its simulated pods are taken to serve. */
export async function embeddedScene(): Promise<Scene> {
  const host = await bootCluster();
  try {
    const traffic = await simulateTraffic(host);
    const prometheus = await runPrometheus(traffic.url, SCRAPE_MILLISECONDS);
    const manager = await host.clientCertificateFor('rhea', [RELEASE_MANAGERS]);
    return {
      host,
      auditLog: host.auditLog,
      prometheus: prometheus.url,
      releaseManager: host.writeKubeconfig('release-manager', manager),
      async stop() {
        await prometheus.stop();
        await traffic.stop();
        await host.stop();
      },
    };
  } catch (error) {
    await host.stop();
    throw error;
  }
}
