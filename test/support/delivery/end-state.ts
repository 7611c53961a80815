import type { KubeObject } from '../../../operator/api/objects.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { masked } from '../masked.ts';
import { list, type Name, readDeployment } from './delivery.ts';

/** Differ from run to run without meaning anything, or tell of the way and not of where it led. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  ...['uid', 'resourceVersion', 'generation', 'managedFields', 'creationTimestamp'],
  ...['epoch', 'latencyMilliseconds', 'timeline', 'observedGeneration'],
  // The last decision of policy that a status write told of: one that a crash left untold is in the audit trail.
  'gate',
]);

/** Every leaf by its path. */
export type EndState = ReadonlyMap<string, unknown>;

/** All that stands of a delivery, to compare with that of another run. */
export async function endState(cluster: Cluster, { namespace, name }: Name): Promise<EndState> {
  const selector = `code-engine.dev/deployment=${name}`;
  const deployment = await readDeployment(cluster, { namespace, name });
  // Names are hashes, so what belongs to the revision wanted now comes first.
  const wanted = ({ metadata }: KubeObject) =>
    metadata.labels?.['code-engine.dev/revision'] === deployment.status?.revisions?.desired ? 0 : 1;
  const listed = async (version: string, plural: string) =>
    (await list<KubeObject>(cluster, version, namespace, plural, selector)).toSorted(
      (left, right) => wanted(left) - wanted(right),
    );
  const state = {
    deployment,
    replicaSets: await listed('/apis/apps/v1', 'replicasets'),
    plans: await listed('/apis/apps/v1', 'controllerrevisions'),
    consultations: await listed('/apis/code-engine.dev/v1alpha1', 'expertconsultations'),
    copies: (
      await Promise.all(
        ['configmaps', 'secrets'].map((plural) =>
          list<KubeObject>(cluster, '/api/v1', namespace, plural, 'code-engine.dev/config-copy'),
        ),
      )
    )
      .flat()
      .filter(({ metadata }) => metadata.name.startsWith(`${name}-`))
      .map(({ metadata }) => [metadata.name, metadata.ownerReferences?.map((owner) => owner.name)]),
    pods: (await listed('/api/v1', 'pods')).map(({ metadata }) => metadata.name),
  };
  const text = JSON.stringify(state, (key, value: unknown) => (LEFT_OUT.has(key) ? undefined : value), 1);
  return new Map(leaves(JSON.parse(masked(text, { [namespace]: '<namespace>', [name]: '<name>' })), ''));
}

/** What is not the same, a line each; none when the two runs ended alike. */
export function differences(expected: EndState, actual: EndState): readonly string[] {
  const paths = [...new Set([...expected.keys(), ...actual.keys()])];
  return paths
    .filter((path) => expected.get(path) !== actual.get(path))
    .map((path) => `${path}: expected ${told(expected.get(path))}, got ${told(actual.get(path))}`);
}

const told = (leaf: unknown): string => (leaf === undefined ? 'nothing' : JSON.stringify(leaf));

function leaves(value: unknown, path: string): readonly [string, unknown][] {
  if (value === null || typeof value !== 'object') return [[path, value]];
  return Object.entries(value).flatMap(([key, part]) => leaves(part, `${path}.${key}`));
}
