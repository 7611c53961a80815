/** A real Argo CD on the shared plane that keeps one Application in step with a Git repository on disk. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { parse } from 'yaml';
import type { KubeObject } from '../../../operator/api/objects.ts';
import { type ArgoCd, installArgoCd, runArgoCd } from '../../cluster/argocd/run-argocd.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { projectRoot } from '../../verbs/project.ts';
import { apply, type Name, succeed } from '../delivery/delivery.ts';
import { until } from '../until.ts';
import { GitRepository } from './git-repository.ts';

const NAMESPACE = 'argocd';
const APPLICATION = 'shop';
const PATH = `/apis/argoproj.io/v1alpha1/namespaces/${NAMESPACE}/applications/${APPLICATION}`;
const REFRESH = 'argocd.argoproj.io/refresh';
const SHIPPED = join(projectRoot, 'config', 'gitops', 'argocd');
const SETTLES_WITHIN = 60_000;

export interface Health {
  readonly status?: string;
  readonly message?: string;
}

/** What an Application calls our kind. */
const KIND = { group: 'code-engine.dev', version: 'v1alpha1', kind: 'Deployment' };

interface Offer {
  readonly actions: readonly { readonly name: string; readonly disabled?: boolean }[];
}

interface Application extends KubeObject {
  readonly spec: {
    readonly source: Readonly<Record<string, string>>;
    readonly syncPolicy: { readonly syncOptions: readonly string[] };
  };
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
  readonly #argocd: ArgoCd;
  #revision = '';
  #syncs = 0;

  /** @param namespace the only one that it watches and that its Application fills */
  static async start(cluster: Cluster, namespace: string): Promise<ArgoCdPeer> {
    const repository = await GitRepository.create();
    await installArgoCd(cluster);
    const settled = [
      'patch',
      '-n',
      NAMESPACE,
      'configmap',
      'argocd-cm',
      '--patch-file',
      join(SHIPPED, 'argocd-cm.yaml'),
    ];
    await succeed(cluster, settled);
    await apply(cluster, serverKey, project, await clusterSecret(cluster, namespace));
    const argocd = await runArgoCd(cluster);
    await repository.commit('deploy/settings.yaml', settings(namespace));
    await apply(cluster, application(cluster, repository.url, namespace));
    return new ArgoCdPeer(cluster, repository, argocd);
  }

  private constructor(cluster: Cluster, repository: GitRepository, argocd: ArgoCd) {
    this.#cluster = cluster;
    this.#repository = repository;
    this.#argocd = argocd;
  }

  /** Commits a file of the folder that the Application follows, and has it look at Git now, as a push does by webhook. */
  async commit(path: string, object: object | undefined): Promise<void> {
    this.#revision = await this.#repository.commit(path, object);
    await this.#refresh();
  }

  /** Has it compare Git with the cluster once more, and tells whether they are in step. */
  async compared(): Promise<string | undefined> {
    await this.#refresh();
    return until('Argo CD had compared once more', SETTLES_WITHIN, async () => {
      const { metadata, status } = await this.#read();
      return metadata.annotations?.[REFRESH] === undefined && (status?.sync?.status ?? 'Unknown');
    });
  }

  /** Names of the actions that its API offers for a Deployment now. */
  async offered({ namespace, name }: Name): Promise<readonly string[]> {
    const about = new URLSearchParams({ ...KIND, namespace, resourceName: name });
    const { actions } = (await this.#call('GET', `actions?${about}`)) as Offer; // border: Argo CD's own format
    return actions.flatMap((action) => (action.disabled === true ? [] : [action.name])).sort();
  }

  /** Runs an action, as its button does: by the API of Argo CD. */
  async run(action: string, { namespace, name }: Name): Promise<void> {
    await this.#call('POST', 'actions/v2', { ...KIND, name: APPLICATION, namespace, resourceName: name, action });
  }

  /** Waits until the Application is in step with the last commit and the Deployment has the health; the Application's too. */
  judged(name: string, status: string): Promise<{ readonly deployment: Health; readonly application: Health }> {
    let last: Application | undefined;
    const what = () => `Argo CD called ${name} ${status}; it says: ${JSON.stringify(last?.status)}`;
    return until(what, SETTLES_WITHIN, async () => {
      last = await this.#read();
      const { sync, resources, health: application = {} } = last.status ?? {};
      // One look at Git may have begun before the commit and ended after we asked for the next.
      if (sync?.revision !== this.#revision && last.metadata.annotations?.[REFRESH] === undefined)
        await this.#refresh();
      const found = resources?.find((one) => one.kind === 'Deployment' && one.name === name)?.health;
      const inStep = sync?.status === 'Synced' && sync.revision === this.#revision;
      return inStep && found?.status === status ? { deployment: found, application } : undefined;
    });
  }

  /** Syncs again by hand, as the button does, and waits until that has ended well. */
  async sync(): Promise<void> {
    // Times are of whole seconds: only the name tells this sync from the last.
    const username = `somebody-${++this.#syncs}`;
    const { syncOptions } = (await this.#read()).spec.syncPolicy;
    const sync = { revision: this.#revision, syncOptions };
    await this.#patch({ operation: { initiatedBy: { username }, sync } });
    let last: Application | undefined;
    const what = () => `Argo CD had synced; it says: ${JSON.stringify(last?.status?.operationState)}`;
    await until(what, SETTLES_WITHIN, async () => {
      last = await this.#read();
      const { phase, operation } = last.status?.operationState ?? {};
      return phase === 'Succeeded' && operation?.initiatedBy?.username === username;
    });
  }

  async stop(): Promise<void> {
    await this.#argocd.stop();
    await this.#repository.remove();
  }

  async #refresh(): Promise<void> {
    await this.#patch({ metadata: { annotations: { [REFRESH]: 'normal' } } });
  }

  async #call(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
    const url = `${this.#argocd.url}/api/v1/applications/${APPLICATION}/resource/${path}`;
    const answer = await request(url, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`Argo CD answered ${answer.statusCode} to ${path}: ${text}`);
    return JSON.parse(text);
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

/** The one that config/gitops/argocd ships, for the repository of the test. */
function application(cluster: Cluster, repoURL: string, namespace: string): object {
  const shipped = parse(readFileSync(join(SHIPPED, 'application.yaml'), 'utf8')) as Application; // border: our own file, which the API server judges next
  const source = { ...shipped.spec.source, repoURL };
  const spec = { ...shipped.spec, source, destination: { server: cluster.endpoint.server, namespace } };
  return { ...shipped, spec };
}

/** Stays when all else goes: an Application without any object is not pruned. */
const settings = (namespace: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace },
});

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
