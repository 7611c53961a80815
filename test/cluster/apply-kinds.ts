import { kubectl } from '../support/kubectl.ts';
import { until } from '../support/until.ts';
import type { Cluster } from './cluster.ts';
import { PlaneError } from './plane-error.ts';

const SERVED_WITHIN = 60_000;

interface Kind {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Applies CustomResourceDefinitions of others (`-f FOLDER` or `-k FOLDER`) and waits until all of the plane are served. */
export async function applyKinds(cluster: Cluster, ...where: readonly string[]): Promise<void> {
  const { code, stderr } = await kubectl(cluster, ['apply', '--server-side', ...where]);
  if (code !== 0) throw new PlaneError(`could not apply the kinds of ${where.join(' ')}: ${stderr.trim()}`);
  // `kubectl wait` fails when it is quicker than the first condition.
  await until('all kinds were served', SERVED_WITHIN, async () => {
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    const { items } = (await cluster.expectSuccess({ path })) as { items: Kind[] }; // border: the answer to a list
    return items.every(isEstablished);
  });
}

const isEstablished = ({ status }: Kind): boolean =>
  status?.conditions?.some((condition) => condition.type === 'Established' && condition.status === 'True') === true;
