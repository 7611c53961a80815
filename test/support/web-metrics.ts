import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../cluster/cluster.ts';
import type { Script } from './scripted-server.ts';
import { ScriptedServer } from './scripted-server.ts';

/** A web server whose JSON an operator reads as a metric. */
export interface WebMetrics {
  readonly url: string;
  /** Of an operator that may read it. */
  readonly environment: Readonly<Record<string, string>>;
  /** How often each path was asked for. */
  reads(path: string): number;
  stop(): Promise<void>;
}

/** The path names the answer: `/value/0.1` is that number at `/value`; anything else is up to the script. */
export async function serveWebMetrics(cluster: Cluster, script: Script = () => undefined): Promise<WebMetrics> {
  const { certificate, key } = await cluster.servingCertificateFor([]);
  const authority = join(cluster.directory, 'web-metrics-authority.pem');
  writeFileSync(authority, cluster.endpoint.authority);
  const server = await ScriptedServer.start(
    (exchange) => {
      const value = /^\/value\/(.+)$/.exec(exchange.request.path)?.[1];
      return value === undefined ? script(exchange) : exchange.json(200, { value: Number(value) });
    },
    { cert: certificate, key },
  );
  return {
    url: server.url,
    environment: { CODE_METRICS_WEB: `tests=${server.url}`, NODE_EXTRA_CA_CERTS: authority },
    reads: (path) => server.requests.filter((request) => request.path === path).length,
    stop: () => server.stop(),
  };
}
