/**
 * One throw-away Kubernetes control plane: real etcd, API server, controller manager and scheduler on 127.0.0.1, and
 * KWOK nodes that pretend to run pods (stages.yaml says how pods become ready, and how they fail when a test asks).
 *
 * Its law: whatever happens to the process that booted it, no program and no file of the plane stays behind.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import { ApiClient } from './api-client.ts';
import { type Binaries, ensureBinaries } from './binaries.ts';
import { createAuthority } from './certificates.ts';
import { Cluster, type Components } from './cluster.ts';
import type { ClusterOptions } from './cluster-options.ts';
import * as commands from './commands.ts';
import { Component, type Ready } from './component.ts';
import { freePort } from './free-port.ts';
import { kubeconfig } from './kubeconfig.ts';
import { createNodes } from './nodes.ts';
import { createPlaneDirectory } from './plane-directory.ts';
import { layPlaneFiles } from './plane-files.ts';
import { answersOk, isReady } from './probes.ts';
import { type Command, Supervisor } from './supervisor.ts';

const SECOND = 1_000;
const BOOT_ATTEMPTS = 3;

/** Who the plane's own programs and the harness are; nobody else is of system:masters. */
const MASTERS = {
  administrator: 'plane-administrator',
  'kube-controller-manager': 'system:kube-controller-manager',
  'kube-scheduler': 'system:kube-scheduler',
  kwok: 'plane-kwok',
} as const;

/** Boots a plane in about five seconds, after building its programs when the cache lacks them. */
export async function bootCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const binaries = await ensureBinaries(options.progress);
  for (let attempt = 1; ; attempt++) {
    try {
      return await bootOnce(binaries, options);
    } catch (error) {
      // Between choosing a port and listening on it another process may have taken it.
      const portTaken = error instanceof Error && error.message.includes('address already in use');
      if (!portTaken || attempt === BOOT_ATTEMPTS) throw error;
    }
  }
}

async function bootOnce(binaries: Binaries, options: ClusterOptions): Promise<Cluster> {
  const directory = createPlaneDirectory();
  const supervisor = new Supervisor(directory);
  try {
    return await boot(binaries, options, directory, supervisor);
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}

async function boot(
  binaries: Binaries,
  options: ClusterOptions,
  directory: string,
  supervisor: Supervisor,
): Promise<Cluster> {
  const authority = await createAuthority(Date.now());
  const files = await layPlaneFiles(directory, authority);
  const plan: commands.Plan = { binaries, files, options, ports: await choosePorts() };
  const { ports } = plan;
  const endpoint = { server: `https://127.0.0.1:${ports.apiServer}`, authority: authority.certificate };
  for (const [name, user] of Object.entries(MASTERS)) {
    const credentials = await authority.clientCertificate(user, ['system:masters']);
    writeFileSync(join(files.kubeconfigs, name), kubeconfig(endpoint, credentials), { mode: 0o600 });
  }
  const administrator = await authority.clientCertificate(MASTERS.administrator, ['system:masters']);
  const client = new ApiClient(endpoint, administrator);
  const component = (command: Command, ready: Ready) => new Component(supervisor, command, ready);
  const healthy = (url: string) => () => answersOk(url, authority.certificate);
  const components: Components = {
    etcd: component(commands.etcd(plan), healthy(`http://127.0.0.1:${ports.etcd}/health`)),
    apiServer: component(commands.apiServer(plan), () => isReady(client)),
    controllerManager: component(
      commands.controllerManager(plan),
      healthy(`https://127.0.0.1:${ports.controllerManager}/healthz`),
    ),
    scheduler: component(commands.scheduler(plan), healthy(`https://127.0.0.1:${ports.scheduler}/healthz`)),
    kwok: component(commands.kwok(plan), healthy(`http://127.0.0.1:${ports.kwok}/healthz`)),
  };
  const cluster = new Cluster({ plan, endpoint, authority, client, administrator, supervisor, components });
  await components.etcd.start(20 * SECOND);
  await components.apiServer.start(60 * SECOND);
  await Promise.all([
    components.controllerManager.start(30 * SECOND),
    components.scheduler.start(30 * SECOND),
    components.kwok.start(30 * SECOND),
    createNodes(client, options.nodes ?? 3, 45 * SECOND),
  ]);
  await until('the namespace default had its ServiceAccount', 30 * SECOND, async () => {
    const answer = await cluster.request({ path: '/api/v1/namespaces/default/serviceaccounts/default' });
    return answer.status === 200;
  });
  return cluster;
}

async function choosePorts(): Promise<commands.Plan['ports']> {
  return {
    etcd: await freePort(),
    etcdPeer: await freePort(),
    apiServer: await freePort(),
    controllerManager: await freePort(),
    scheduler: await freePort(),
    kwok: await freePort(),
  };
}
