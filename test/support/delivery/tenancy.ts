import type { Tenant } from '../../../operator/api/generated/tenant.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { until } from '../until.ts';
import { apply } from './delivery.ts';
import { tenant } from './manifests.ts';

let tenants = 0;

/** Makes a Tenant for one test, waits until its walls stand and returns its one namespace. */
export async function tenantNamespace(
  cluster: Cluster,
  purpose: string,
  spec?: Partial<Tenant['spec']>,
): Promise<string> {
  const name = `${purpose}-t${++tenants}`;
  await apply(cluster, tenant(name, spec));
  await standing(cluster, name);
  return `${name}-prod`;
}

/** The same with many namespaces, all of whose names begin with `prefix` and a dash. */
export async function tenantNamespaces(
  cluster: Cluster,
  prefix: string,
  create: readonly string[],
  spec: Partial<Tenant['spec']>,
): Promise<void> {
  const namespaces = { prefix: `${prefix}-`, create, max: create.length };
  await apply(cluster, tenant(prefix, { ...spec, namespaces }));
  await standing(cluster, prefix);
}

async function standing(cluster: Cluster, name: string): Promise<void> {
  let last = '';
  await until(
    () => `Tenant ${name} was ready; it says: ${last}`,
    60_000,
    async () => {
      const path = `/apis/code-engine.dev/v1alpha1/tenants/${name}`;
      const { status } = (await cluster.expectSuccess({ path })) as Tenant; // border: the API server keeps what its schema says
      const ready = status?.conditions?.find(({ type }) => type === 'Ready');
      last = ready?.message ?? 'nothing';
      return ready?.status === 'True';
    },
  );
}
