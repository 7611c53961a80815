import { amountOf, floored, least, unitOf } from './amount.ts';

/** Amounts in billionths, by the keys of a ResourceQuota. */
export type Ledger = Readonly<Record<string, bigint>>;

export interface Sharer {
  readonly name: string;
  /** What `quota.perNamespace` says it gets. */
  readonly max?: Readonly<Record<string, string | number>>;
}

/**
 * Divides a limit among namespaces so that the sum is never more than the limit. A namespace with a `max` gets exactly
 * that, in the order of the sharers and as long as it lasts; the others share the rest evenly in whole units, and what cannot be
 * divided goes to the first ones, one unit each.
 */
export function shareQuota(limit: Ledger, sharers: readonly Sharer[]): ReadonlyMap<string, Ledger> {
  const keys = Object.keys(limit).map((key) => [key, shareKey(key, limit[key] ?? 0n, sharers)] as const);
  return new Map(
    sharers.map(({ name }) => [name, Object.fromEntries(keys.map(([key, shares]) => [key, shares.get(name) ?? 0n]))]),
  );
}

function shareKey(key: string, limit: bigint, sharers: readonly Sharer[]): ReadonlyMap<string, bigint> {
  const shares = new Map<string, bigint>();
  let rest = floored(limit);
  for (const { name, max } of sharers) {
    if (max?.[key] === undefined) continue;
    const share = least(floored(amountOf(max[key])), rest);
    shares.set(name, share);
    rest -= share;
  }
  const even = sharers.filter(({ name }) => !shares.has(name));
  const unit = unitOf(key, rest);
  const units = rest / unit;
  const count = BigInt(Math.max(1, even.length));
  for (const [index, { name }] of even.entries()) {
    const extra = BigInt(index) < units % count ? 1n : 0n;
    shares.set(name, (units / count + extra) * unit);
  }
  return shares;
}
