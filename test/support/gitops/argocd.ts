/** A real Argo CD on the shared plane that keeps one Application in step with a Git repository on disk. */
import { join } from 'node:path';
import type { KubeObject } from '../../../operator/api/objects.ts';
import { installArgoCd, runArgoCd } from '../../cluster/argocd/run-argocd.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Stop } from '../../cluster/peer.ts';
import { projectRoot } from '../../verbs/project.ts';
import { apply, succeed } from '../delivery/delivery.ts';
import { until } from '../until.ts';
import { GitRepository } from './git-repository.ts';

const NAMESPACE = 'argocd';
const APPLICATION = 'shop';
const PATH = `/apis/argoproj.io/v1alpha1/namespaces/${NAMESPACE}/applications/${APPLICATION}`;
const SETTLES_WITHIN = 60_000;

export interface Health {
  readonly status?: string;
  readonly message?: string;
}

interface Application extends KubeObject {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly message: string }[];
    readonly health?: Health;
    readonly sync?: { readonly status?: string; readonly revision?: string };
    readonly operationState?: {
      readonly phase?: string;
      readonly operation?: { readonly initiatedBy?: { readonly username?: string } };
    };
    readonly resources?: readonly { readonly kind: string; readonly name: string; readonly health?: Health }[];
  };
}

export class ArgoCdPeer {
  readonly #cluster: Cluster;
  readonly #repository: GitRepository;
  readonly #stop: Stop;
  #revision = '';
  #syncs = 0;

  /** @param namespace the only one that it watches and that its Application fills */
  static async start(cluster: Cluster, namespace: string): Promise<ArgoCdPeer> {
    const repository = await GitRepository.create();
    await installArgoCd(cluster);
    const shipped = join(projectRoot, 'config', 'gitops', 'argocd', 'argocd-cm.yaml');
    await succeed(cluster, ['patch', '-n', NAMESPACE, 'configmap', 'argocd-cm', '--patch-file', shipped]);
    await apply(cluster, serverKey, project, await clusterSecret(cluster, namespace));
    const stop = await runArgoCd(cluster);
    await repository.commit('deploy/settings.yaml', settings(namespace));
    await apply(cluster, application(cluster, repository.url, namespace));
    return new ArgoCdPeer(cluster, repository, stop);
  }

  private constructor(cluster: Cluster, repository: GitRepository, stop: Stop) {
    this.#cluster = cluster;
    this.#repository = repository;
    this.#stop = stop;
  }

  /** Commits a file of the folder that the Application follows, and has it look at Git now, as a push does by webhook. */
  async commit(path: string, object: object | undefined): Promise<void> {
    this.#revision = await this.#repository.commit(path, object);
    await this.#patch({ metadata: { annotations: { 'argocd.argoproj.io/refresh': 'normal' } } });
  }

  /** Waits until the Application is in step with the last commit and the Deployment has the health; the Application's too. */
  judged(name: string, status: string): Promise<{ readonly deployment: Health; readonly application: Health }> {
    let last: Application | undefined;
    const what = () => `Argo CD called ${name} ${status}; it says: ${JSON.stringify(last?.status)}`;
    return until(what, SETTLES_WITHIN, async () => {
      last = await this.#read();
      const { sync, resources, health: application = {} } = last.status ?? {};
      const found = resources?.find((one) => one.kind === 'Deployment' && one.name === name)?.health;
      const inStep = sync?.status === 'Synced' && sync.revision === this.#revision;
      return inStep && found?.status === status ? { deployment: found, application } : undefined;
    });
  }

  /** Syncs again by hand, as the button does, and waits until that has ended well. */
  async sync(): Promise<void> {
    // Times are of whole seconds: only the name tells this sync from the last.
    const username = `somebody-${++this.#syncs}`;
    await this.#patch({ operation: { initiatedBy: { username }, sync: { revision: this.#revision } } });
    let last: Application | undefined;
    const what = () => `Argo CD had synced; it says: ${JSON.stringify(last?.status?.operationState)}`;
    await until(what, SETTLES_WITHIN, async () => {
      last = await this.#read();
      const { phase, operation } = last.status?.operationState ?? {};
      return phase === 'Succeeded' && operation?.initiatedBy?.username === username;
    });
  }

  async stop(): Promise<void> {
    await this.#stop();
    await this.#repository.remove();
  }

  async #read(): Promise<Application> {
    return (await this.#cluster.expectSuccess({ path: PATH })) as Application; // border: as its CRD says
  }

  async #patch(body: object): Promise<void> {
    const contentType = 'application/merge-patch+json';
    await this.#cluster.expectSuccess({ method: 'PATCH', path: PATH, contentType, body });
  }
}

/** Without it Argo CD thinks itself not set up. */
const serverKey = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'argocd-secret', namespace: NAMESPACE, labels: { 'app.kubernetes.io/part-of': 'argocd' } },
  stringData: { 'server.secretkey': 'of-a-test' },
};

const project = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AppProject',
  metadata: { name: 'default', namespace: NAMESPACE },
  spec: {
    sourceRepos: ['*'],
    destinations: [{ namespace: '*', server: '*' }],
    clusterResourceWhitelist: [{ group: '*', kind: '*' }],
  },
};

/** The plane by its address, and of it one namespace: the other tests' objects are nothing to it. */
async function clusterSecret(cluster: Cluster, namespace: string): Promise<object> {
  const { certificate, key } = await cluster.clientCertificateFor('argocd-cluster', ['system:masters']);
  const { server, authority } = cluster.endpoint;
  const tlsClientConfig = { caData: base64(authority), certData: base64(certificate), keyData: base64(key) };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'plane', namespace: NAMESPACE, labels: { 'argocd.argoproj.io/secret-type': 'cluster' } },
    stringData: { name: 'plane', server, namespaces: namespace, config: JSON.stringify({ tlsClientConfig }) },
  };
}

const application = (cluster: Cluster, repoURL: string, namespace: string) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: APPLICATION, namespace: NAMESPACE },
  spec: {
    project: 'default',
    source: { repoURL, targetRevision: 'main', path: 'deploy' },
    destination: { server: cluster.endpoint.server, namespace },
    syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['ServerSideApply=true'] },
  },
});

/** Stays when all else goes: an Application without any object is not pruned. */
const settings = (namespace: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace },
});

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
