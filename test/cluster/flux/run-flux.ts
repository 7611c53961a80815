import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyKinds } from '../apply-kinds.ts';
import type { Cluster } from '../cluster.ts';
import { freePort } from '../free-port.ts';
import { goModuleDirectory, goModuleVersion } from '../go-module.ts';
import { runPeer, type Stop } from '../peer.ts';
import { answersOk } from '../probes.ts';
import { ensureFlux } from './flux-binary.ts';

const PINS = fileURLToPath(new URL('.', import.meta.url));

/** Installs Flux's kinds on the plane and runs its kustomize-controller there, as an administrator as Flux's own install does. */
export async function runFlux(cluster: Cluster): Promise<Stop> {
  const program = await ensureFlux();
  await installKinds(cluster);
  const user = await cluster.clientCertificateFor('kustomize-controller', ['system:masters']);
  const temporary = join(cluster.directory, 'flux');
  mkdirSync(temporary);
  const health = await freePort();
  const command = {
    name: 'kustomize-controller',
    program,
    parameters: ['--watch-all-namespaces', '--metrics-addr=0', `--health-addr=127.0.0.1:${health}`],
    environment: {
      PATH: process.env['PATH'],
      HOME: temporary,
      TMPDIR: temporary,
      KUBECONFIG: cluster.writeKubeconfig('kustomize-controller', user),
      RUNTIME_NAMESPACE: 'flux-system',
    },
  };
  return runPeer(cluster, command, () => answersOk(`http://127.0.0.1:${health}/readyz`));
}

async function installKinds(cluster: Cluster): Promise<void> {
  // Its program cannot be built from the module proxy, its kinds need no program: a test writes the status of a source.
  const sources = await goModuleVersion(PINS, 'github.com/fluxcd/source-controller/api');
  const modules = ['github.com/fluxcd/kustomize-controller', `github.com/fluxcd/source-controller@${sources}`];
  for (const module of modules) {
    await applyKinds(cluster, '-f', join(await goModuleDirectory(PINS, module), 'config', 'crd', 'bases'));
  }
}
