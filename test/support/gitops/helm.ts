import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Cluster } from '../../cluster/cluster.ts';
import { ensureHelm } from '../../cluster/helm/helm-binary.ts';

/** Longer than any delivery of a test: an error before it is no time-out. */
const TIMEOUT = 90;

/**
 * `helm upgrade --install --wait` of the objects, by Helm 4's own client.
 *
 * @returns the error that its wait ended with; none when it calls all of them ready
 */
export async function helmUpgrade(cluster: Cluster, ...objects: readonly object[]): Promise<string | undefined> {
  const child = spawn(await ensureHelm(), [`${TIMEOUT}s`], {
    stdio: ['pipe', 'pipe', 'pipe'],
    signal: AbortSignal.timeout((TIMEOUT + 30) * 1000),
    killSignal: 'SIGKILL',
    env: { PATH: process.env['PATH'], HOME: cluster.directory, KUBECONFIG: cluster.kubeconfig },
  });
  const closed = once(child, 'close');
  // What breaks the pipe is told by the exit.
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  if (child.exitCode !== 0) throw new Error(`Helm could not apply: ${stderr}`);
  return stdout === '' ? undefined : stdout.trim();
}
