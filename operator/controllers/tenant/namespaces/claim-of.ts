import type { Tenant } from '../../../api/generated/tenant.ts';
import { annotations, labels } from '../../../api/names.ts';
import { type Namespace, tenantOf } from '../observed.ts';
import type { Judged, Judgement, Origin, RefusalReason } from './judged.ts';
import { isReserved } from './reserved.ts';

/** What one namespace by itself may be to the Tenant: by its name, its label and the Tenant's spec, whatever the limits. */
export function claimOf(tenant: Tenant, name: string, live: Namespace | undefined): Judged {
  const { create = [], adopt } = tenant.spec.namespaces ?? {};
  const origin = originOf(tenant, name, live);
  return {
    name,
    origin,
    asked: create.includes(name) || adopt?.names?.includes(name) === true,
    ...(live === undefined ? {} : { live }),
    judgement: judge(tenant, name, origin, live),
  };
}

function originOf({ spec }: Tenant, name: string, live: Namespace | undefined): Origin {
  const { create = [], adopt } = spec.namespaces ?? {};
  if (live?.metadata.annotations?.[annotations.origin] === 'created') return 'created';
  if (live === undefined && create.includes(name)) return 'created';
  const selected = Object.entries(adopt?.selector?.matchLabels ?? {});
  const matches = selected.length > 0 && selected.every(([key, value]) => live?.metadata.labels?.[key] === value);
  return adopt?.names?.includes(name) === true || matches ? 'adopted' : 'claimed';
}

function judge({ metadata, spec }: Tenant, name: string, origin: Origin, live: Namespace | undefined): Judgement {
  const { prefix, forcePrefix = true } = spec.namespaces ?? {};
  const owner = live === undefined ? undefined : tenantOf(live);
  if (isReserved(name)) {
    return refused(
      'ReservedName',
      `${name} is kept for the cluster and belongs to no tenant; take it out of the Tenant`,
    );
  }
  if (owner !== undefined && owner !== metadata.name) {
    return refused(
      'OwnedByOther',
      `${name} belongs to Tenant ${owner}; take it out of this one, or have it released there`,
    );
  }
  if (origin !== 'adopted' && prefix !== undefined && forcePrefix && !name.startsWith(prefix)) {
    const ways = `rename it, list it in namespaces.adopt.names, or set namespaces.forcePrefix to false`;
    return refused('PrefixMismatch', `${name} does not begin with ${prefix}; ${ways}`);
  }
  if (live === undefined) return { kind: origin === 'created' ? 'wanted' : 'absent' };
  if (live.metadata.deletionTimestamp !== undefined) return { kind: 'terminating' };
  if (owner === undefined) {
    const label = `kubectl label namespace ${name} ${labels.tenant}=${metadata.name}`;
    return refused(
      'NoConsent',
      `${name} was there before; somebody with the verb adopt on the Tenant agrees by: ${label}`,
    );
  }
  return { kind: 'member' };
}

const refused = (reason: RefusalReason, message: string): Judgement => ({ kind: 'refused', reason, message });
