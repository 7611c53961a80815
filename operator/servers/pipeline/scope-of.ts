import type { InvokeDoors } from './doors.ts';
import type { ToolCall } from './under-way.ts';

/** Where the right to call is checked, and whose limits the call counts against. */
export interface Scope {
  /** Absent: the whole cluster. */
  readonly namespace: string | undefined;
  /** Name of the Tenant; the namespace where it has none: it is then a tenant of its own to limits. */
  readonly tenant: string;
  /** The label of metrics: the Tenant that is there, else `none`: a caller may name any namespace, and each would be a series. */
  readonly countedAs: string;
}

const NO_TENANT = 'none';
const SERVICE_ACCOUNT = /^system:serviceaccount:([a-z0-9-]+):/;
const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** The namespace that the arguments name, else the one the caller lives in, else the whole cluster. */
export function scopeOf({ caller, arguments: input }: ToolCall, { tenantOf }: InvokeDoors): Scope {
  const wanted = input !== null && typeof input === 'object' && 'namespace' in input ? input.namespace : undefined;
  const home = SERVICE_ACCOUNT.exec(caller.user)?.[1];
  const namespace = typeof wanted === 'string' && NAMESPACE.test(wanted) ? wanted : home;
  const owner = namespace === undefined ? undefined : tenantOf(namespace)?.name;
  return { namespace, tenant: owner ?? namespace ?? NO_TENANT, countedAs: owner ?? NO_TENANT };
}
