/** Requests in the name of users whose rights a test gives: RBAC and admission judge them as they would judge people. */
import { assert } from 'chai';
import type { Answer, ApiRequest } from '../cluster/api-client.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { until } from './until.ts';

export type Body = { readonly [key: string]: unknown };

export interface Call {
  /** POST to a collection and PATCH of an object unless said. */
  readonly method?: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: Body;
}

/** A rule of a ClusterRole. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** A right on one of our resources, virtual ones included. */
export function right(resource: string, verb: string, ...names: readonly string[]): Rule {
  const rule = { apiGroups: ['code-engine.dev'], resources: [resource], verbs: [verb] };
  return names.length === 0 ? rule : { ...rule, resourceNames: names };
}

export const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const API_GROUP = 'rbac.authorization.k8s.io';
const writes = ['get', 'create', 'update', 'patch', 'delete'];

/** What an author of these objects usually holds; none of the virtual verbs. */
export const AUTHOR_ROLE = 'code-test-author';
const author: readonly Rule[] = [
  {
    apiGroups: ['code-engine.dev'],
    resources: ['deployments', 'expertconsultations', 'tenants'].flatMap((plural) => [plural, `${plural}/status`]),
    verbs: writes,
  },
  { apiGroups: [''], resources: ['namespaces', 'namespaces/status', 'configmaps'], verbs: writes },
  { apiGroups: [API_GROUP], resources: ['rolebindings'], verbs: writes },
  { apiGroups: [API_GROUP], resources: ['clusterroles'], verbs: ['bind'], resourceNames: [AUTHOR_ROLE] },
];

export class Impersonation {
  readonly #cluster: Cluster;
  readonly #prefix: string;
  #count = 0;

  /** `prefix` keeps the names of cluster-scoped objects apart from those of other tests. */
  constructor(cluster: Cluster, prefix: string) {
    this.#cluster = cluster;
    this.#prefix = prefix;
  }

  /** As the administrator, who may do anything that admission lets pass; throws unless it succeeds. */
  async admin(call: Call): Promise<void> {
    await this.#cluster.expectSuccess(requestOf(call));
  }

  tryAdmin(call: Call): Promise<Answer> {
    return this.#cluster.request(requestOf(call));
  }

  as(user: string, call: Call): Promise<Answer> {
    return this.#cluster.request({ ...requestOf(call), headers: { 'impersonate-user': user } });
  }

  /** Under the operator's name with every right, so that admission alone is tested and its RBAC stays as it is. */
  asOperator(call: Call): Promise<Answer> {
    const user = 'system:serviceaccount:code-system:code-operator';
    const headers = { 'impersonate-user': user, 'impersonate-group': 'system:masters' };
    return this.#cluster.request({ ...requestOf(call), headers });
  }

  /** A fresh user who may write what these tests write, and besides has the rights given. */
  async user(...rights: readonly Rule[]): Promise<string> {
    const name = `${this.#prefix}-user-${++this.#count}`;
    // A right of its own shows when the authorizer has seen the role.
    const rules = [...rights, right('markers', 'see', name)];
    await this.#cluster.request({ method: 'POST', path: `${RBAC}/clusterroles`, body: role(AUTHOR_ROLE, author) });
    await this.admin({ path: `${RBAC}/clusterroles`, body: role(name, rules) });
    for (const bound of [name, AUTHOR_ROLE]) {
      await this.admin({ path: `${RBAC}/clusterrolebindings`, body: binding(`${name}-${bound}`, bound, name) });
    }
    await until(`${name} had its rights`, 10_000, async () => {
      const marker = { group: 'code-engine.dev', resource: 'markers', verb: 'see', name };
      return (await this.#may(name, marker)) && (await this.#may(name, { resource: 'namespaces', verb: 'delete' }));
    });
    return name;
  }

  async #may(user: string, resourceAttributes: Body): Promise<boolean> {
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user, resourceAttributes },
    };
    const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
    const review = await this.#cluster.expectSuccess({ method: 'POST', path, body });
    return (review as { status: { allowed: boolean } }).status.allowed; // border: the API server's own kind
  }
}

function role(name: string, rules: readonly Rule[]): Body {
  return { apiVersion: `${API_GROUP}/v1`, kind: 'ClusterRole', metadata: { name }, rules };
}

function binding(name: string, bound: string, user: string): Body {
  return {
    apiVersion: `${API_GROUP}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: API_GROUP, kind: 'ClusterRole', name: bound },
    subjects: [{ apiGroup: API_GROUP, kind: 'User', name: user }],
  };
}

const COLLECTION =
  /\/(deployments|expertconsultations|tenants|namespaces|configmaps|rolebindings|clusterroles|clusterrolebindings)$/;

function requestOf({ method, path, body }: Call): ApiRequest {
  const verb = method ?? (COLLECTION.test(path) ? 'POST' : 'PATCH');
  const contentType = verb === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return { method: verb, path, contentType, ...(body === undefined ? {} : { body }) };
}

/** Refused by the admission rule whose id begins the message, not by anything else. */
export function denied({ status, body }: Answer, message: string): void {
  const words = (body as { message?: string }).message ?? '';
  assert.include(words, `denied request: ${message}`, `status ${status}`);
  assert.strictEqual(status, 403);
}

export function allowed({ status, body }: Answer): void {
  assert.oneOf(status, [200, 201], JSON.stringify((body as { message?: string }).message));
}
