/** What the operator wrote, as the API server's audit log knows it. */
import type { Cluster } from '../../cluster/cluster.ts';
import { type AuditEvent, readAuditLog } from '../audit-log.ts';
import { until } from '../until.ts';

const OPERATOR = 'system:serviceaccount:code-system:code-operator';
const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

/** Accepted writes of the operator in a namespace that changed something: no dry runs. In the order they came. */
export async function operatorWrites(
  cluster: Cluster,
  namespace: string,
  fromByte = 0,
): Promise<readonly AuditEvent[]> {
  return (await allOperatorWrites(cluster, fromByte)).filter(({ object }) => object?.namespace === namespace);
}

/** The same everywhere; it renews its lease all the time, and that is left out. */
export async function allOperatorWrites(cluster: Cluster, fromByte = 0): Promise<readonly AuditEvent[]> {
  const found: AuditEvent[] = [];
  for await (const event of readAuditLog(cluster.auditLog, fromByte)) {
    const { user, verb, object, status = 0, uri } = event;
    const counts = object?.resource !== 'leases' && !uri.includes('dryRun=All');
    if (user === OPERATOR && WRITES.has(verb) && status < 300 && counts) found.push(event);
  }
  return found;
}

/** How many pods anybody made in a namespace. */
export async function podsCreated(cluster: Cluster, namespace: string, fromByte: number): Promise<number> {
  let made = 0;
  for await (const { verb, object, status, uri } of readAuditLog(cluster.auditLog, fromByte)) {
    const pod = object?.resource === 'pods' && object.subresource === undefined && object.namespace === namespace;
    if (pod && verb === 'create' && status === 201 && !uri.includes('dryRun=All')) made++;
  }
  return made;
}

/** Every kind of write with the identity it was made under, once each and sorted: `create replicasets as code-tenant`. */
export function kindsOfWrites(writes: readonly AuditEvent[]): readonly string[] {
  const told = writes.map(({ verb, object, impersonatedUser }) => {
    const resource = [object?.resource, object?.subresource].filter((part) => part !== undefined).join('/');
    return `${verb} ${resource} as ${impersonatedUser?.split(':').at(-1) ?? 'the operator'}`;
  });
  return [...new Set(told)].sort();
}

/** A write is logged after its answer: waits until one is there that fits. */
export function untilLogged(
  cluster: Cluster,
  namespace: string,
  what: string,
  fits: (event: AuditEvent) => boolean,
): Promise<AuditEvent> {
  return until(`the audit log told that ${what}`, 10_000, async () =>
    (await operatorWrites(cluster, namespace)).find(fits),
  );
}
