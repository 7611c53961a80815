import { conditionTypes } from '../../api/conditions.ts';
import type { Tenant, TenantNamespaceStatus } from '../../api/generated/tenant.ts';

export interface QuotaView {
  readonly resource: string;
  readonly used: string;
  /** Given to the namespaces. */
  readonly reserved: string;
  readonly hard: string;
}

/** A Tenant as a screen shows it and as `-o json` prints it. */
export interface TenantView {
  readonly name: string;
  readonly standing: 'Ready' | 'Stalled' | 'Working';
  readonly phase: string;
  readonly message: string;
  readonly namespaces: readonly TenantNamespaceStatus[];
  readonly quota: readonly QuotaView[];
  readonly owners: readonly string[];
  readonly timeline: readonly string[];
}

export function tenantView({ metadata, spec, status = {} }: Tenant): TenantView {
  const { quota: { hard = {}, used = {}, reserved = {} } = {}, conditions = [] } = status;
  const has = (type: string): boolean =>
    conditions.some((condition) => condition.type === type && condition.status === 'True');
  const current = status.observedGeneration === metadata.generation;
  return {
    name: metadata.name,
    standing: !current
      ? 'Working'
      : has(conditionTypes.stalled)
        ? 'Stalled'
        : has(conditionTypes.ready)
          ? 'Ready'
          : 'Working',
    phase: status.phase ?? 'Pending',
    message: status.message ?? 'the operator has not looked at it yet',
    namespaces: status.namespaces ?? [],
    quota: Object.keys(hard)
      .sort()
      .map((resource) => ({
        resource,
        used: used[resource] ?? '0',
        reserved: reserved[resource] ?? '0',
        hard: hard[resource] ?? '0',
      })),
    owners: spec.owners.map(({ kind, name, role = 'Owner' }) => `${role} ${kind} ${name}`),
    timeline: status.timeline ?? [],
  };
}
