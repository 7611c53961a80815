/** A real kustomize-controller on the shared plane, with a Git repository whose source-controller is played by the test. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Condition, KubeObject } from '../../../operator/api/objects.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { runFlux } from '../../cluster/flux/run-flux.ts';
import type { Stop } from '../../cluster/peer.ts';
import { projectRoot } from '../../verbs/project.ts';
import { apply } from '../delivery/delivery.ts';
import { until } from '../until.ts';
import { ArtifactServer } from './artifact-server.ts';
import { GitRepository } from './git-repository.ts';

const NAMESPACE = 'flux-system';
const SOURCE = 'shop';
const SOURCES = `/apis/source.toolkit.fluxcd.io/v1/namespaces/${NAMESPACE}/gitrepositories`;
const KUSTOMIZATIONS = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${NAMESPACE}/kustomizations`;
const SETTLES_WITHIN = 60_000;

interface Kustomization extends KubeObject {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly lastAttemptedRevision?: string;
  };
}

export class FluxPeer {
  readonly #cluster: Cluster;
  readonly #repository: GitRepository;
  readonly #artifacts: ArtifactServer;
  readonly #stop: Stop;
  #revision = '';

  static async start(cluster: Cluster): Promise<FluxPeer> {
    const stop = await runFlux(cluster);
    const flux = new FluxPeer(cluster, await GitRepository.create(), await ArtifactServer.start(), stop);
    await apply(
      cluster,
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
      {
        apiVersion: 'source.toolkit.fluxcd.io/v1',
        kind: 'GitRepository',
        metadata: { name: SOURCE, namespace: NAMESPACE },
        spec: { interval: '1h', url: 'https://git.example.com/shop' },
      },
    );
    return flux;
  }

  private constructor(cluster: Cluster, repository: GitRepository, artifacts: ArtifactServer, stop: Stop) {
    this.#cluster = cluster;
    this.#repository = repository;
    this.#artifacts = artifacts;
    this.#stop = stop;
  }

  /** Commits a file of the repository (undefined removes it) and tells Flux of the commit. */
  async commit(path: string, object: object | undefined): Promise<void> {
    const commit = await this.#repository.commit(path, object);
    const archive = this.#artifacts.add(await this.#repository.archive());
    this.#revision = `main@sha1:${commit}`;
    const artifact = { ...archive, path: commit, revision: this.#revision, lastUpdateTime: new Date().toISOString() };
    await this.#cluster.expectSuccess({
      method: 'PATCH',
      path: `${SOURCES}/${SOURCE}/status`,
      contentType: 'application/merge-patch+json',
      body: { status: { artifact } },
    });
  }

  /** Applies a Kustomization that config/gitops/flux ships, for the folder of its name. */
  async follow(shipped: 'strict' | 'gate-tolerant', name: string): Promise<void> {
    const text = readFileSync(join(projectRoot, 'config', 'gitops', 'flux', `${shipped}.yaml`), 'utf8');
    const kustomization = parse(text) as Kustomization; // border: our own file, which the API server judges next
    const spec = { ...kustomization.spec, path: `./deploy/${name}`, retryInterval: '1s' };
    await apply(this.#cluster, { ...kustomization, metadata: { name, namespace: NAMESPACE }, spec });
  }

  /** Waits until the Kustomization has judged the last commit so; what it says. */
  judged(
    name: string,
    status: 'True' | 'False' | 'Unknown',
  ): Promise<{ readonly reason: string; readonly message: string }> {
    let last: Kustomization | undefined;
    const what = () => `Flux called ${name} ${status}; it says: ${JSON.stringify(last?.status)}`;
    return until(what, SETTLES_WITHIN, async () => {
      last = await this.#read(name);
      const ready = last.status?.conditions?.find(({ type }) => type === 'Ready');
      if (last.status?.lastAttemptedRevision !== this.#revision || ready?.status !== status) return undefined;
      return { reason: ready.reason ?? '', message: ready.message ?? '' };
    });
  }

  async stop(): Promise<void> {
    await this.#stop();
    await this.#artifacts.stop();
    await this.#repository.remove();
  }

  async #read(name: string): Promise<Kustomization> {
    return (await this.#cluster.expectSuccess({ path: `${KUSTOMIZATIONS}/${name}` })) as Kustomization; // border: as its CRD says
  }
}
