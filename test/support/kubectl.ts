import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Cluster } from '../cluster/cluster.ts';

/** How a kubectl call ended. */
export type KubectlResult = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type KubectlOptions = {
  /** Given to kubectl on standard input, for `apply -f -`. */
  readonly input?: string;
  /** Who calls; the administrator when left out. */
  readonly kubeconfig?: string;
  /** Milliseconds after which kubectl is killed; three minutes. */
  readonly deadline?: number;
};

/** Runs the plane's own kubectl; neither the user's kubeconfig nor the user's cache and preferences are looked at. */
export async function kubectl(
  cluster: Pick<Cluster, 'kubectl' | 'kubeconfig' | 'directory'>,
  parameters: readonly string[],
  options: KubectlOptions = {},
): Promise<KubectlResult> {
  const child = spawn(cluster.kubectl, [...parameters], {
    stdio: ['pipe', 'pipe', 'pipe'],
    signal: AbortSignal.timeout(options.deadline ?? 180_000),
    killSignal: 'SIGKILL',
    env: {
      PATH: process.env['PATH'],
      HOME: cluster.directory,
      KUBECONFIG: options.kubeconfig ?? cluster.kubeconfig,
      KUBECTL_KUBERC: 'false',
    },
  });
  const closed = once(child, 'close');
  // kubectl may end without reading all of its input; its exit code tells that better than a broken pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code: child.exitCode, stdout, stderr };
}
