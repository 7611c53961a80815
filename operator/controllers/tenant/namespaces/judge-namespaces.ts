import { TENANT_SERVICE_ACCOUNT } from '../../../api/names.ts';
import { guardrail, type ObservedTenant } from '../observed.ts';
import { claimOf } from './claim-of.ts';
import type { Judged, Judgement } from './judged.ts';

const USUAL_MOST = 10;

/**
 * Every namespace that is the Tenant's or asks to be, sorted by name. Within `namespaces.max` those whose doors are open
 * come first, then the older ones, then those to be made: a newcomer never puts out who is in. A suspended Tenant lets
 * nobody new in.
 */
export function judgeNamespaces(observed: ObservedTenant): readonly Judged[] {
  const { max = USUAL_MOST } = observed.object.spec.namespaces ?? {};
  const claims = claimsOf(observed);
  const candidates = claims.filter(({ judgement }) => judgement.kind === 'member' || judgement.kind === 'wanted');
  const isIn = ({ name }: Judged): boolean =>
    guardrail(observed, 'ServiceAccount', name, TENANT_SERVICE_ACCOUNT) !== undefined;
  const ranked = candidates.toSorted((one, other) => compare([rank(one, isIn), one], [rank(other, isIn), other]));
  const admitted = new Set(ranked.slice(0, max).map(({ name }) => name));
  return claims.map((claim) => {
    if (!ranked.includes(claim)) return claim;
    if (!admitted.has(claim.name)) return { ...claim, judgement: overLimit(claim.name, max) };
    if (observed.object.spec.suspend === true && !isIn(claim)) return { ...claim, judgement: suspended(claim.name) };
    return claim;
  });
}

/** The same without limits and suspension: what each namespace may be by itself. */
export function claimsOf({ object, namespaces, going }: ObservedTenant): readonly Judged[] {
  const { create = [], adopt } = object.spec.namespaces ?? {};
  const live = new Map(namespaces.map((namespace) => [namespace.metadata.name, namespace]));
  const names = new Set([...create, ...(adopt?.names ?? []), ...live.keys()]);
  return [...names].sort().map((name) => {
    const claim = claimOf(object, name, live.get(name));
    const leaving = going.includes(claim.live?.metadata.uid ?? '');
    return leaving ? { ...claim, judgement: { kind: 'terminating' } } : claim;
  });
}

function rank(claim: Judged, isIn: (claim: Judged) => boolean): number {
  if (isIn(claim)) return 0;
  return claim.live === undefined ? 2 : 1;
}

function compare([rank, one]: [number, Judged], [otherRank, other]: [number, Judged]): number {
  if (rank !== otherRank) return rank - otherRank;
  const [born, otherBorn] = [one, other].map(({ live }) => live?.metadata.creationTimestamp ?? '');
  if (born !== otherBorn) return (born ?? '') < (otherBorn ?? '') ? -1 : 1;
  return one.name < other.name ? -1 : 1;
}

const overLimit = (name: string, max: number): Judgement => ({
  kind: 'refused',
  reason: 'NamespaceLimit',
  message: `${name} would be more than namespaces.max (${max}); raise it, or delete a namespace of the Tenant`,
});

const suspended = (name: string): Judgement => ({
  kind: 'refused',
  reason: 'Suspended',
  message: `${name} is not taken in while the Tenant is suspended; set suspend to false`,
});
