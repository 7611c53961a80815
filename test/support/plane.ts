/**
 * The one plane of a mocha run: booted by the first test that asks for it, stopped by the root hook below, with which mocha
 * is started (`require` in package.json), and in any case when the process ends.
 */
import type { Cluster } from '../cluster/cluster.ts';
import { until } from './until.ts';

let booting: Promise<Cluster> | undefined;
let namespaces = 0;
const tasks: (() => Promise<void>)[] = [];

/** The shared plane. A test that stops or slows its programs boots its own with bootCluster instead. */
export function plane(): Promise<Cluster> {
  booting ??= import('../cluster/boot-cluster.ts').then(({ bootCluster }) => bootCluster());
  return booting;
}

/**
 * Creates a namespace of the shared plane for one test and returns its name, also a fit prefix for the names of
 * cluster-scoped objects. Nobody deletes it: it goes with the plane.
 */
export async function testNamespace(purpose: string, labels: Readonly<Record<string, string>> = {}): Promise<string> {
  const cluster = await plane();
  const name = `${purpose}-${++namespaces}`;
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
  await cluster.expectSuccess({ method: 'POST', path: '/api/v1/namespaces', body });
  await until(`the namespace ${name} had its ServiceAccount`, 20_000, async () => {
    const answer = await cluster.request({ path: `/api/v1/namespaces/${name}/serviceaccounts/default` });
    return answer.status === 200;
  });
  return name;
}

/** Has something done when the tests are over, while the plane still runs. */
export function beforePlaneStops(task: () => Promise<void>): void {
  tasks.push(task);
}

/** What mocha runs around the whole run. */
export const mochaHooks = {
  async afterAll(): Promise<void> {
    const cluster = await booting?.catch(() => undefined);
    try {
      for (const task of tasks) await task();
    } finally {
      await cluster?.stop();
    }
  },
};
