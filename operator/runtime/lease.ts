/** The Lease that leaders hold: its shape and the three ways it is written. Pure. */
import type { KubeObject } from '../api/objects.ts';
import { apiVersionOf, resources } from '../api/resources.ts';
import type { Milliseconds } from '../core/decision.ts';

export interface LeaseSpec {
  /** Absent or empty: released. */
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly leaseTransitions?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
}

export interface Lease extends KubeObject {
  readonly spec?: LeaseSpec;
}

export interface LeaseName {
  readonly namespace: string;
  readonly name: string;
}

/** Reads and writes one Lease, with a deadline for each call. */
export interface LeaseClient {
  /** Live, never from a cache. `undefined` when it does not exist. */
  get(signal: AbortSignal): Promise<Lease | undefined>;
  /** @throws Conflict when it exists. */
  create(lease: Lease, signal: AbortSignal): Promise<Lease>;
  /**
   * Replaces the spec, under the resourceVersion that the lease given carries.
   * @throws Conflict when the lease has another version by now; NotFound.
   */
  update(lease: Lease, signal: AbortSignal): Promise<Lease>;
}

export function holderOf(lease: Lease): string | undefined {
  return lease.spec?.holderIdentity || undefined;
}

/** Number of holders before this one: rises with each, so what is recorded under it tells whose work it was. */
export function epochOf(lease: Lease): number {
  return lease.spec?.leaseTransitions ?? 0;
}

/** The lease with a new holder; of a lease that does not exist yet where there is none. */
export function taken(
  before: Lease | undefined,
  name: LeaseName,
  holder: string,
  duration: Milliseconds,
  now: Milliseconds,
): Lease {
  const same = before !== undefined && holderOf(before) === holder;
  const time = microTime(now);
  return {
    apiVersion: apiVersionOf(resources.Lease),
    kind: resources.Lease.kind,
    metadata: before?.metadata ?? name,
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: Math.ceil(duration / 1_000),
      leaseTransitions: before === undefined ? 0 : epochOf(before) + (same ? 0 : 1),
      acquireTime: (same ? before.spec?.acquireTime : undefined) ?? time,
      renewTime: time,
    },
  };
}

export function renewed(lease: Lease, now: Milliseconds): Lease {
  return { ...lease, spec: { ...lease.spec, renewTime: microTime(now) } };
}

/** Without a holder, and so short that a standby which missed the change need not wait. */
export function released(lease: Lease, now: Milliseconds): Lease {
  const { holderIdentity: _gone, ...spec } = lease.spec ?? {};
  return { ...lease, spec: { ...spec, leaseDurationSeconds: 1, renewTime: microTime(now) } };
}

/** metav1.MicroTime: the API server refuses a time with fewer than six decimals. */
function microTime(now: Milliseconds): string {
  return new Date(now).toISOString().replace('Z', '000Z');
}
