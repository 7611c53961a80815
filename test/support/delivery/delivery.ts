/** What a user does with a delivery, by kubectl, and what there is to see of it. */
import type { Deployment } from '../../../operator/api/generated/deployment.ts';
import type { KubeObject } from '../../../operator/api/objects.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { kubectl } from '../kubectl.ts';
import { until } from '../until.ts';

export type Name = { readonly namespace: string; readonly name: string };

const GROUP = '/apis/code-engine.dev/v1alpha1';
const ENDS_WITHIN = 60_000;

/** `kubectl apply` of the objects; throws what kubectl says when one is refused. */
export async function apply(cluster: Cluster, ...objects: readonly object[]): Promise<void> {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  await succeed(cluster, ['apply', '-f', '-'], JSON.stringify(list));
}

/** Runs kubectl and returns what it printed; throws what it complained of. */
export async function succeed(cluster: Cluster, parameters: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await kubectl(cluster, parameters, input === undefined ? {} : { input });
  if (code !== 0) throw new Error(`kubectl ${parameters.join(' ')} failed: ${stderr}`);
  return stdout;
}

export async function readDeployment(cluster: Cluster, { namespace, name }: Name): Promise<Deployment> {
  const path = `${GROUP}/namespaces/${namespace}/deployments/${name}`;
  return (await cluster.expectSuccess({ path })) as Deployment; // border: the API server keeps what its schema says
}

/** Waits until Ready has the reason for what the spec asks now; the Deployment as it is then. */
export function ended(cluster: Cluster, name: Name, reason: string, deadline = ENDS_WITHIN): Promise<Deployment> {
  return seen(cluster, name, reason, (deployment) => readyReason(deployment) === reason, deadline);
}

/** Waits until status, told of the present generation, is as described. */
export async function seen(
  cluster: Cluster,
  name: Name,
  what: string,
  holds: (deployment: Deployment) => boolean,
  deadline = ENDS_WITHIN,
): Promise<Deployment> {
  let last: Deployment | undefined;
  const told = () => `${name.name} was ${what}; it says: ${last?.status?.message ?? 'nothing'}`;
  return until(told, deadline, async () => {
    last = await readDeployment(cluster, name);
    return last.status?.observedGeneration === last.metadata.generation && holds(last) ? last : undefined;
  });
}

export function readyReason({ status }: Deployment): string | undefined {
  return status?.conditions?.find(({ type }) => type === 'Ready')?.reason;
}

/** Objects of a namespace, by name: `list(cluster, '/apis/apps/v1', namespace, 'replicasets')`. */
export async function list<Kind extends KubeObject>(
  cluster: Cluster,
  version: string,
  namespace: string,
  plural: string,
  selector = '',
): Promise<readonly Kind[]> {
  const path = `${version}/namespaces/${namespace}/${plural}?labelSelector=${encodeURIComponent(selector)}`;
  const { items } = (await cluster.expectSuccess({ path })) as { items: Kind[] }; // border: the answer to a list
  return items.toSorted((left, right) => (left.metadata.name < right.metadata.name ? -1 : 1));
}

/** Size of each ReplicaSet of a delivery, by revision. */
export async function sizes(cluster: Cluster, { namespace, name }: Name): Promise<Readonly<Record<string, number>>> {
  interface Sized extends KubeObject {
    readonly spec: { readonly replicas: number };
  }
  const found = await list<Sized>(
    cluster,
    '/apis/apps/v1',
    namespace,
    'replicasets',
    `code-engine.dev/deployment=${name}`,
  );
  return Object.fromEntries(
    found.map(({ metadata, spec }) => [metadata.labels?.['code-engine.dev/revision'] ?? '', spec.replicas]),
  );
}
