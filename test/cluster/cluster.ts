import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, ApiClient, type ApiRequest } from './api-client.ts';
import type { CertificateAuthority, KeyedCertificate } from './certificates.ts';
import { apiServer, type Plan } from './commands.ts';
import { Component } from './component.ts';
import { freePort } from './free-port.ts';
import { type Credentials, type Endpoint, kubeconfig } from './kubeconfig.ts';
import { PlaneError } from './plane-error.ts';
import { isReady } from './probes.ts';
import type { Child, Command, Supervisor } from './supervisor.ts';

/** The programs of a plane, for tests that stop, kill and restart them. */
export type Components = Readonly<Record<'etcd' | 'apiServer' | 'controllerManager' | 'scheduler' | 'kwok', Component>>;

/** One more API server on the same etcd, with an audit log of its own. */
export type ExtraApiServer = { readonly component: Component; readonly endpoint: Endpoint; readonly auditLog: string };

/** A booted plane. Everything the harness itself does through it, it does as an administrator (system:masters). */
export class Cluster {
  /** Holds data, logs, keys and kubeconfigs; vanishes with the plane. */
  readonly directory: string;
  readonly endpoint: Endpoint;
  /** The administrator's kubeconfig file. */
  readonly kubeconfig: string;
  /** The API server writes a line here for every request (audit-policy.yaml). */
  readonly auditLog: string;
  /** The built kubectl; another may be on PATH. */
  readonly kubectl: string;
  readonly components: Components;
  readonly #plan: Plan;
  readonly #authority: CertificateAuthority;
  readonly #client: ApiClient;
  readonly #administrator: KeyedCertificate;
  readonly #supervisor: Supervisor;
  #stopped = false;

  constructor(parts: {
    readonly plan: Plan;
    readonly endpoint: Endpoint;
    readonly authority: CertificateAuthority;
    readonly client: ApiClient;
    readonly administrator: KeyedCertificate;
    readonly supervisor: Supervisor;
    readonly components: Components;
  }) {
    const { files, binaries } = parts.plan;
    this.directory = files.directory;
    this.endpoint = parts.endpoint;
    this.kubeconfig = join(files.kubeconfigs, 'administrator');
    this.auditLog = files.auditLog;
    this.kubectl = binaries.kubectl;
    this.components = parts.components;
    this.#plan = parts.plan;
    this.#authority = parts.authority;
    this.#client = parts.client;
    this.#administrator = parts.administrator;
    this.#supervisor = parts.supervisor;
  }

  /** Asks the API server as the administrator. */
  request(call: ApiRequest): Promise<Answer> {
    return this.#client.request(call);
  }

  /** Like `request`, and parsed; throws PlaneError when the answer is not a success. */
  async expectSuccess(call: ApiRequest): Promise<unknown> {
    const { status, body } = await this.request(call);
    if (status >= 200 && status < 300) return body;
    throw new PlaneError(`${call.method ?? 'GET'} ${call.path} was answered ${status}: ${JSON.stringify(body)}`);
  }

  /** A certificate by which the API server knows the user and the groups; rights come from RBAC alone. */
  clientCertificateFor(user: string, groups: readonly string[] = []): Promise<KeyedCertificate> {
    return this.#authority.clientCertificate(user, groups);
  }

  /** A certificate for a test's own server on 127.0.0.1 that is trusted by whoever trusts the plane. */
  servingCertificateFor(hosts: readonly string[]): Promise<KeyedCertificate> {
    return this.#authority.servingCertificate('test server', hosts);
  }

  /** A token of a ServiceAccount by TokenRequest; valid for `seconds`, at least 600 as the API server demands. */
  async tokenFor(namespace: string, serviceAccount: string, seconds = 3600): Promise<string> {
    const answer = await this.expectSuccess({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: seconds } },
    });
    // The border: the API server answers a TokenRequest with its status filled in.
    return (answer as { status: { token: string } }).status.token;
  }

  /** Writes a kubeconfig file for the credentials and returns its path; `name` must be new in this plane. */
  writeKubeconfig(name: string, credentials: Credentials, endpoint: Endpoint = this.endpoint): string {
    const path = join(this.#plan.files.kubeconfigs, name);
    writeFileSync(path, kubeconfig(endpoint, credentials), { mode: 0o600, flag: 'wx' });
    return path;
  }

  /** Runs a further program that cannot outlive the plane, such as the operator; its output goes to `log`. */
  async run(command: Omit<Command, 'log'>): Promise<Child & { readonly log: string }> {
    const log = join(this.#plan.files.logs, `${command.name}.log`);
    return { ...(await this.#supervisor.start({ ...command, log })), log };
  }

  /** Boots one more API server on the same etcd, which a test may stop or slow without hurting other tests. */
  async addApiServer(name: string): Promise<ExtraApiServer> {
    const port = await freePort();
    const plan = { ...this.#plan, ports: { ...this.#plan.ports, apiServer: port } };
    const endpoint = { server: `https://127.0.0.1:${port}`, authority: this.endpoint.authority };
    const auditLog = join(plan.files.logs, `${name}-audit.log`);
    const client = new ApiClient(endpoint, this.#administrator);
    const component = new Component(this.#supervisor, apiServer(plan, name, auditLog), () => isReady(client));
    await component.start();
    return { component, endpoint, auditLog };
  }

  /** A kubeconfig of the operator's own ServiceAccount, which `install` made: never an administrator's. */
  async operatorKubeconfig(name: string, server: string = this.endpoint.server): Promise<string> {
    const token = await this.tokenFor('code-system', 'code-operator', 24 * 3600);
    return this.writeKubeconfig(name, { token }, { ...this.endpoint, server });
  }

  /** True from the moment `stop` was called: what ends now ends on purpose. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Kills every program and removes the directory; resolves when both are done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#client.close();
    await this.#supervisor.stop();
  }
}
