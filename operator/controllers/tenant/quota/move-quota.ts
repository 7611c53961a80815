import type { Amounts, ResourceQuota } from '../observed.ts';
import { amountOf, most, quantityOf } from './amount.ts';
import { type Ledger, type Sharer, shareQuota } from './share-quota.ts';

/** Where the quota of one namespace stands. */
export interface QuotaMove {
  /** The limits to apply now. */
  readonly hard: Amounts;
  /** The API server enforces all of its share: `status.hard` is what counts, not `spec.hard` (tenancy.md section 2). */
  readonly settled: boolean;
  /** Keys of which it gets nothing, though the Tenant has some. */
  readonly nothingOf: readonly string[];
}

/**
 * Moves the quotas of the members towards their shares so that the sum of all limits stays below the Tenant's at every
 * moment: what shrinks, shrinks at once, and what grows waits until the API server enforces the smaller limits.
 * @param quotas the quotas that stand, also of namespaces that are no members (any more): they hold what they have
 */
export function moveQuota(
  hard: Amounts,
  members: readonly Sharer[],
  quotas: ReadonlyMap<string, ResourceQuota>,
): ReadonlyMap<string, QuotaMove> {
  const limit = ledgerOf(hard);
  const keys = Object.keys(limit);
  const names = new Set(members.map(({ name }) => name));
  const held = new Map([...quotas].map(([name, quota]) => [name, heldBy(quota, keys)]));
  const outside = [...held].filter(([name]) => !names.has(name)).map(([, ledger]) => ledger);
  const shares = shareQuota(
    Object.fromEntries(keys.map((key) => [key, most(0n, (limit[key] ?? 0n) - sum(outside, key))])),
    members,
  );
  return new Map(
    members.map(({ name }) => {
      const share = shares.get(name) ?? {};
      const quota = quotas.get(name);
      const next = keys.map((key) => {
        const amount = nextOf(key, share[key] ?? 0n, limit[key] ?? 0n, name, quota, held);
        held.set(name, { ...held.get(name), [key]: most(held.get(name)?.[key] ?? 0n, amount) });
        return [key, amount] as const;
      });
      return [
        name,
        {
          hard: Object.fromEntries(next.map(([key, amount]) => [key, quantityOf(amount)])),
          settled: next.every(([key, amount]) => amount === share[key] && enforces(quota, key, amount)),
          nothingOf: keys.filter((key) => share[key] === 0n && limit[key] !== 0n),
        },
      ];
    }),
  );
}

function nextOf(
  key: string,
  share: bigint,
  limit: bigint,
  name: string,
  quota: ResourceQuota | undefined,
  held: ReadonlyMap<string, Ledger>,
): bigint {
  if (share <= (held.get(name)?.[key] ?? 0n)) return share;
  const others = [...held].filter(([other]) => other !== name).map(([, ledger]) => ledger);
  return share + sum(others, key) <= limit ? share : amountOf(quota?.spec?.hard?.[key]);
}

export function ledgerOf(amounts: Amounts | undefined): Ledger {
  return Object.fromEntries(Object.entries(amounts ?? {}).map(([key, quantity]) => [key, amountOf(quantity)]));
}

/** The larger of what is asked and what is enforced: either may be what counts in the next moment. */
function heldBy({ spec, status }: ResourceQuota, keys: readonly string[]): Ledger {
  return Object.fromEntries(keys.map((key) => [key, most(amountOf(spec?.hard?.[key]), amountOf(status?.hard?.[key]))]));
}

function enforces(quota: ResourceQuota | undefined, key: string, amount: bigint): boolean {
  const [asked, enforced] = [quota?.spec?.hard?.[key], quota?.status?.hard?.[key]];
  return asked !== undefined && enforced !== undefined && amountOf(asked) === amount && amountOf(enforced) === amount;
}

const sum = (ledgers: readonly Ledger[], key: string): bigint =>
  ledgers.reduce((total, ledger) => total + (ledger[key] ?? 0n), 0n);
