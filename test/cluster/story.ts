/** What `npm start` tells: a delivery as it happens, line by line, from the status that anybody can read. */
import type { Deployment } from '../../operator/api/generated/deployment.ts';
import { kubectl } from '../support/kubectl.ts';
import { until } from '../support/until.ts';
import type { Cluster } from './cluster.ts';

export type Plane = Pick<Cluster, 'kubectl' | 'kubeconfig' | 'directory'>;

/** How a delivery may end, or where it may wait, as its condition Ready tells it. */
export interface Ending {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
}

const DEADLINE = 120_000;

/** Applies a file of objects and says so. */
export async function apply(plane: Plane, path: string, say: (line: string) => void): Promise<void> {
  const { code, stdout, stderr } = await kubectl(plane, ['apply', '-f', path]);
  if (code !== 0) throw new Error(`kubectl apply -f ${path} failed: ${stderr.trim()}`);
  for (const line of stdout.trim().split('\n')) say(`  $ ${line}`);
}

/**
 * Prints each new line of a delivery's timeline until it has ended; rejects when it ends otherwise than told.
 * @param told lines of earlier chapters, which are not told again; what is printed is added
 */
export async function follow(
  plane: Plane,
  name: { readonly namespace: string; readonly name: string },
  ending: Ending,
  told: Set<string>,
  say: (line: string) => void,
): Promise<void> {
  let last = '';
  await until(
    () => `${name.name} ended with ${ending.reason}; it says: ${last}`,
    DEADLINE,
    async () => {
      const deployment = await read(plane, name);
      const { status, metadata } = deployment;
      for (const line of status?.timeline ?? []) {
        if (!told.has(line)) say(`    ${line}`);
        told.add(line);
      }
      last = status?.message ?? '(no status yet)';
      const ready = status?.conditions?.find(({ type }) => type === 'Ready');
      if (status?.observedGeneration !== metadata.generation || ready === undefined) return false;
      if (ready.status === ending.status && ready.reason === ending.reason) return true;
      const settled = ready.status === 'True' || status?.conditions?.some(({ type }) => type === 'Stalled') === true;
      if (!settled) return false;
      throw new Error(`${name.name} ended with ${ready.reason} instead of ${ending.reason}: ${ready.message}`);
    },
  );
  say(`  = ${last}`);
}

async function read(plane: Plane, { namespace, name }: { namespace: string; name: string }): Promise<Deployment> {
  const { code, stdout, stderr } = await kubectl(plane, [
    'get',
    'deployments.code-engine.dev',
    name,
    '-n',
    namespace,
    '-o',
    'json',
  ]);
  if (code !== 0) throw new Error(`kubectl get ${name} failed: ${stderr.trim()}`);
  return JSON.parse(stdout) as Deployment; // border: the API server keeps what its schema says
}
