import { type AuditEvent, readAuditLog } from '../support/audit-log.ts';

/** Requests to the API server in a while, by who made them. */
export interface Requests {
  readonly total: number;
  readonly writes: number;
  /** `patch deployments/status` and how often, most first. */
  readonly kinds: readonly (readonly [string, number])[];
}

const WRITES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

/** Counts what came after the byte, of those whom `by` names; watches, their lists and leases belong to nobody's work. */
export async function requestsSince(
  auditLog: string,
  fromByte: number,
  by: (event: AuditEvent) => boolean,
): Promise<Requests> {
  const kinds = new Map<string, number>();
  let [total, writes] = [0, 0];
  for await (const event of readAuditLog(auditLog, fromByte)) {
    if (event.stage !== 'ResponseComplete' || isUpkeep(event) || !by(event)) continue;
    total += 1;
    if (WRITES.has(event.verb)) writes += 1;
    const { resource = event.uri, subresource } = event.object ?? {};
    const dryRun = event.uri.includes('dryRun=All') ? ' (dry run)' : '';
    const kind = `${event.verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}${dryRun}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return { total, writes, kinds: [...kinds].sort(([, one], [, other]) => other - one) };
}

function isUpkeep({ verb, object }: AuditEvent): boolean {
  return verb === 'watch' || (verb === 'list' && object?.name === undefined) || object?.resource === 'leases';
}

/** The operator, whether it writes as itself or as a tenant. */
export const isOperator = ({ user }: AuditEvent): boolean => user === 'system:serviceaccount:code-system:code-operator';

/** The controller of apps/v1 Deployments inside the controller manager. */
export const isDeploymentController = ({ userAgent }: AuditEvent): boolean =>
  userAgent.endsWith('/deployment-controller');

export const isHarness = ({ userAgent }: AuditEvent): boolean => userAgent === 'code-operator-harness';
