import { annotations, labels } from '../../api/names.ts';
import type { KubeObject } from '../../api/objects.ts';
import { covers } from '../../core/covers.ts';
import { withIntentHash } from '../../core/with-intent-hash.ts';
import type { Guardrail } from './build/guardrail-meta.ts';
import { limitRange } from './build/limit-range.ts';
import { networkPolicy } from './build/network-policy.ts';
import { QUOTA_NAME, resourceQuota } from './build/resource-quota.ts';
import { deliveryBindings, peopleBindings } from './build/role-bindings.ts';
import { serviceAccount } from './build/service-account.ts';
import type { Judged } from './namespaces/judged.ts';
import { membersOf } from './namespaces/judged.ts';
import { guardrail, type ObservedTenant, type ResourceQuota, tenantOf } from './observed.ts';
import { moveQuota, type QuotaMove } from './quota/move-quota.ts';

/** What must stand in one namespace of the Tenant, and what of it does. */
export interface Guarded {
  readonly name: string;
  readonly quota?: QuotaMove;
  readonly walls: readonly KubeObject[];
  readonly doors: readonly KubeObject[];
  /** All walls stand, as the API server enforces them: the doors may open. */
  readonly walled: boolean;
  /** And the doors are open. */
  readonly open: boolean;
}

/** Of every member, in the order of their names. */
export function guardrailsOf(observed: ObservedTenant, judged: readonly Judged[]): readonly Guarded[] {
  const tenant = observed.object;
  const quotas = quotaMoves(observed, membersOf(judged));
  return membersOf(judged).map((name) => {
    const quota = quotas.get(name);
    const walls = [
      ...(tenant.spec.network?.isolation === 'None' ? [] : [networkPolicy(tenant, name)]),
      limitRange(tenant, name),
      ...(quota === undefined ? [] : [resourceQuota(tenant, name, quota.hard)]),
    ];
    const doors = [serviceAccount(tenant, name), ...deliveryBindings(tenant, name), ...peopleBindings(tenant, name)];
    const walled = walls.every((wall) => stands(observed, wall)) && quota?.settled !== false;
    const open = walled && doors.every((door) => stands(observed, door));
    return { name, walls, doors, walled, open, ...(quota === undefined ? {} : { quota }) };
  });
}

/** True when the live object is what this very intent made, and nobody changed it since. */
export function stands(observed: ObservedTenant, intent: KubeObject): boolean {
  const { name, namespace = '' } = intent.metadata;
  const live = guardrail(observed, intent.kind, namespace, name);
  return live !== undefined && live.metadata.deletionTimestamp === undefined && covers(live, withIntentHash(intent));
}

/** True when this very intent was applied before, and somebody changed what it made since. */
export function isDrifted(observed: ObservedTenant, intent: KubeObject): boolean {
  const { name, namespace = '' } = intent.metadata;
  const live = guardrail(observed, intent.kind, namespace, name);
  const wanted = withIntentHash(intent).metadata.annotations?.[annotations.intent];
  return live?.metadata.annotations?.[annotations.intent] === wanted && !stands(observed, intent);
}

/** Guardrail objects of this Tenant that no intent asks for: of a role it no longer gives, of a quota it no longer has. */
export function leftovers(observed: ObservedTenant, guarded: Guarded): readonly KubeObject[] {
  const wanted = new Set([...guarded.walls, ...guarded.doors].map(({ kind, metadata }) => `${kind}/${metadata.name}`));
  return standing(observed, guarded.name).filter(({ kind, metadata }) => !wanted.has(`${kind}/${metadata.name}`));
}

/** The doors that are open in a namespace. */
export function openDoors(observed: ObservedTenant, namespace: string): readonly KubeObject[] {
  const door: Guardrail = 'door';
  return standing(observed, namespace).filter(({ metadata }) => metadata.labels?.[labels.guardrail] === door);
}

function standing(observed: ObservedTenant, namespace: string): readonly KubeObject[] {
  return [...observed.guardrails.values()].filter(
    (object) =>
      object.metadata.namespace === namespace &&
      tenantOf(object) === observed.object.metadata.name &&
      object.metadata.deletionTimestamp === undefined,
  );
}

function quotaMoves(observed: ObservedTenant, members: readonly string[]): ReadonlyMap<string, QuotaMove> {
  const { quota } = observed.object.spec;
  if (quota === undefined) return new Map();
  const sharers = members.map((name) => {
    const max = quota.perNamespace?.find((entry) => entry.name === name)?.max;
    return { name, ...(max === undefined ? {} : { max }) };
  });
  return moveQuota(quota.hard, sharers, quotasOf(observed));
}

/** The Tenant's quotas, by namespace; also those of namespaces that are on their way out. */
export function quotasOf(observed: ObservedTenant): ReadonlyMap<string, ResourceQuota> {
  const found = observed.namespaces.flatMap(({ metadata }) => {
    const quota = guardrail(observed, 'ResourceQuota', metadata.name, QUOTA_NAME);
    // border: the API server's own type, kept under its kind
    return quota === undefined ? [] : [[metadata.name, quota as ResourceQuota] as const];
  });
  return new Map(found);
}
