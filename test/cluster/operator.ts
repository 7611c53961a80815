import { join } from 'node:path';
import { until } from '../support/until.ts';
import { nodeBinary, projectRoot } from '../verbs/project.ts';
import type { Cluster } from './cluster.ts';
import { freePort } from './free-port.ts';
import { logTail } from './log-tail.ts';
import { PlaneError } from './plane-error.ts';
import type { Exit } from './supervisor.ts';

/** A lease that a killed operator leaves behind runs out within seconds: tests and `npm start` have one replica. */
const QUICK_LEASE = {
  CODE_LEASE_DURATION_SECONDS: '3',
  CODE_LEASE_RENEW_DEADLINE_SECONDS: '2',
  CODE_LEASE_RETRY_SECONDS: '0.5',
};
/** For tests with much to do at once, in which losing the lease to a slow machine is not what is tested. */
export const PATIENT_LEASE = {
  CODE_LEASE_DURATION_SECONDS: '60',
  CODE_LEASE_RENEW_DEADLINE_SECONDS: '40',
  CODE_LEASE_RETRY_SECONDS: '1',
} as const;
const READY_WITHIN = 60_000;
let started = 0;

export interface OperatorOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Another way to the API server than the plane's own, such as a fault proxy. */
  readonly server?: string;
  /** Of its probes and metrics; any free one when left out. */
  readonly httpPort?: number;
}

/** A running operator process. */
export interface OperatorProcess {
  readonly pid: number;
  readonly log: string;
  /** Lines of `AuditRecord`. */
  readonly auditTrail: string;
  /** Where its probes and metrics are. */
  readonly url: string;
  readonly exit: Promise<Exit>;
  /** SIGKILL: resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM: resolves with how it ended. */
  stop(): Promise<Exit>;
  /** Resolves when it is ready (caches synced). Rejects with the tail of its log when it ends before. */
  ready(): Promise<void>;
}

/** Where an operator process can run: the embedded plane, or a real cluster that the user named. */
export interface OperatorHost extends Pick<Cluster, 'kubectl' | 'kubeconfig' | 'directory' | 'run' | 'stopped'> {
  operatorKubeconfig(name: string, server?: string): Promise<string>;
}

/** Runs `operator/main.ts` as a child of the host, on a token of its own ServiceAccount: never as an administrator. */
export async function runOperator(host: OperatorHost, options: OperatorOptions = {}): Promise<OperatorProcess> {
  const name = `operator-${process.pid}-${++started}`;
  const [httpPort, mcpPort] = [options.httpPort ?? (await freePort()), await freePort()];
  const auditTrail = join(host.directory, `${name}-audit.jsonl`);
  const { pid, exit, log } = await host.run({
    name,
    program: nodeBinary,
    parameters: ['--disable-warning=ExperimentalWarning', 'operator/main.ts'],
    directory: projectRoot,
    environment: {
      ...process.env,
      ...QUICK_LEASE,
      KUBECONFIG: undefined,
      CODE_KUBECONFIG: await host.operatorKubeconfig(name, options.server),
      CODE_HTTP_HOST: '127.0.0.1',
      CODE_HTTP_PORT: String(httpPort),
      CODE_MCP_PORT: String(mcpPort),
      CODE_AUDIT_LOG: auditTrail,
      ...options.environment,
    },
  });
  const url = `http://127.0.0.1:${httpPort}`;
  let ended: Exit | undefined;
  void exit.then((how) => {
    ended = how;
  });
  return {
    pid,
    log,
    auditTrail,
    url,
    exit,
    async kill() {
      signal(pid, 'SIGKILL');
      await exit;
    },
    stop() {
      signal(pid, 'SIGTERM');
      return exit;
    },
    ready: () =>
      until('the operator was ready', READY_WITHIN, async () => {
        if (ended !== undefined) throw new PlaneError(`the operator ended (${JSON.stringify(ended)}): ${logTail(log)}`);
        const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
        return answer?.ok === true;
      }).then(() => undefined),
  };
}

function signal(pid: number, name: 'SIGKILL' | 'SIGTERM'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself a moment ago.
  }
}
