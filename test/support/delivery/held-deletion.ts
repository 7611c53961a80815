/** A deletion that the API server lets nobody finish: what it would leave to itself cannot be written. */
import type { Deployment } from '../../../operator/api/generated/deployment.ts';
import { FINALIZER } from '../../../operator/api/names.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { FaultProxy } from '../../cluster/fault-proxy.ts';
import { until } from '../until.ts';
import { mergePatch } from './apply-all.ts';
import { type Name, readDeployment } from './delivery.ts';

const WITHIN = 60_000;

export const pathOf = ({ namespace, name }: Name): string =>
  `/apis/code-engine.dev/v1alpha1/namespaces/${namespace}/deployments/${name}`;

/** Deletes it in vain until it is told as Stalled, and lets it go: as it was told. */
export async function heldDeletion(cluster: Cluster, proxy: FaultProxy, name: Name): Promise<Deployment> {
  const { namespace } = name;
  const rule = proxy.add({
    match: { verb: 'patch', resource: 'replicasets', namespace },
    fault: { kind: 'status', code: 500 },
  });
  await mergePatch(cluster, pathOf(name), { spec: { deletionPolicy: 'Orphan' } });
  await until('it had its finalizer', WITHIN, async () => {
    const { metadata } = await readDeployment(cluster, name);
    return metadata.finalizers?.includes(FINALIZER);
  });
  await cluster.expectSuccess({ method: 'DELETE', path: pathOf(name) });
  const told = await until('its deletion was told as Stalled', WITHIN, async () => {
    const now = await readDeployment(cluster, name);
    return now.status?.conditions?.some(({ type }) => type === 'Stalled') ? now : undefined;
  });
  rule.remove();
  await until('it was gone', WITHIN, async () => (await cluster.request({ path: pathOf(name) })).status === 404);
  return told;
}
