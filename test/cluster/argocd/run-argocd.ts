import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kubectl } from '../../support/kubectl.ts';
import { applyKinds } from '../apply-kinds.ts';
import type { Cluster } from '../cluster.ts';
import { freePort } from '../free-port.ts';
import { goModuleDirectory } from '../go-module.ts';
import { runPeer, type Stop } from '../peer.ts';
import { PlaneError } from '../plane-error.ts';
import { answersOk } from '../probes.ts';
import { ensureArgoCd } from './argocd-binary.ts';
import { ensureRedis } from './redis-binary.ts';

const PINS = fileURLToPath(new URL('.', import.meta.url));
const NAMESPACE = 'argocd';

/** Installs the kinds and the settings that Argo CD comes with, in the namespace `argocd`. */
export async function installArgoCd(cluster: Cluster): Promise<void> {
  const module = await goModuleDirectory(PINS, 'github.com/argoproj/argo-cd/v3');
  await succeed(cluster, ['create', 'namespace', NAMESPACE]);
  await applyKinds(cluster, '-k', join(module, 'manifests', 'crds'));
  await succeed(cluster, ['apply', '-n', NAMESPACE, '-k', join(module, 'manifests', 'base', 'config')]);
}

export interface ArgoCd {
  /** Where its API answers; nobody has to log in. */
  readonly url: string;
  readonly stop: Stop;
}

/** Runs its cache, its repo server, its application controller and its API server, as an administrator as its own install does. */
export async function runArgoCd(cluster: Cluster): Promise<ArgoCd> {
  const program = await ensureArgoCd();
  const environment = await environmentOf(cluster);
  const ports = await Promise.all(Array.from({ length: 6 }, freePort));
  const [cache = 0, repositories = 0, repositoriesHealth = 0, health = 0, api = 0, apiMetrics = 0] = ports;
  const redis = { name: 'argocd-redis', program: await ensureRedis(), parameters: [`127.0.0.1:${cache}`] };
  const stopRedis = await runPeer(cluster, redis, () => accepts(cache));
  // One program: the variable says which part it is.
  const part = (name: string, parameters: readonly string[]) => ({
    name,
    program,
    parameters: [`--redis=127.0.0.1:${cache}`, ...parameters],
    environment: { ...environment, ARGOCD_BINARY_NAME: name },
  });
  const repoServer = part('argocd-repo-server', [
    '--address=127.0.0.1',
    `--port=${repositories}`,
    '--metrics-address=127.0.0.1',
    `--metrics-port=${repositoriesHealth}`,
    '--disable-tls',
    '--client-ca-path=',
  ]);
  const repositoriesReady = () => answersOk(`http://127.0.0.1:${repositoriesHealth}/healthz?full=true`);
  const stopRepoServer = await runPeer(cluster, repoServer, repositoriesReady);
  const controller = part('argocd-application-controller', [
    `--namespace=${NAMESPACE}`,
    `--repo-server=127.0.0.1:${repositories}`,
    '--repo-server-plaintext',
    `--metrics-port=${health}`,
    // Else an Application's status does not tell the health of each of its objects.
    '--persist-resource-health',
    '--self-heal-backoff-timeout-seconds=1',
    '--self-heal-backoff-factor=1',
  ]);
  const url = `http://127.0.0.1:${api}`;
  const server = part('argocd-server', [
    `--namespace=${NAMESPACE}`,
    '--address=127.0.0.1',
    `--port=${api}`,
    '--metrics-address=127.0.0.1',
    `--metrics-port=${apiMetrics}`,
    `--repo-server=127.0.0.1:${repositories}`,
    '--repo-server-plaintext',
    '--insecure',
    '--disable-auth',
  ]);
  const [stopController, stopServer] = await Promise.all([
    runPeer(cluster, controller, () => answersOk(`http://127.0.0.1:${health}/healthz`)),
    runPeer(cluster, server, () => answersOk(`${url}/healthz`)),
  ]);
  const stop = async () => {
    for (const one of [stopServer, stopController, stopRepoServer, stopRedis]) await one();
  };
  return { url, stop };
}

/** Nothing of the user's, and nothing left behind: its files are in the plane's directory. */
async function environmentOf(cluster: Cluster): Promise<Readonly<Record<string, string | undefined>>> {
  const directory = join(cluster.directory, 'argocd');
  mkdirSync(directory);
  const user = await cluster.clientCertificateFor('argocd', ['system:masters']);
  return {
    PATH: `${join(PINS, 'bin')}:${process.env['PATH']}`,
    HOME: directory,
    TMPDIR: directory,
    GIT_CONFIG_NOSYSTEM: '1',
    KUBECONFIG: cluster.writeKubeconfig('argocd', user),
    ARGOCD_ASK_PASS_SOCK: join(directory, 'ask-pass.sock'),
    ARGOCD_GPG_ENABLED: 'false',
    ARGOCD_TLS_DATA_PATH: join(directory, 'tls'),
    ARGOCD_SSH_DATA_PATH: join(directory, 'ssh'),
    ARGOCD_PLUGINSOCKFILEPATH: join(directory, 'plugins'),
  };
}

/** Whether something listens on the port of 127.0.0.1. */
function accepts(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1');
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

async function succeed(cluster: Cluster, parameters: readonly string[]): Promise<void> {
  const { code, stderr } = await kubectl(cluster, parameters);
  if (code !== 0) throw new PlaneError(`kubectl ${parameters.join(' ')} failed: ${stderr.trim()}`);
}
