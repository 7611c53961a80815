import { canonicalJson } from '../../../operator/core/hash.ts';

/** A decision with its reasons in one order: Rego's sets have none, and the two evaluators print them differently. */
export function comparable(decision: unknown): unknown {
  // border: a decision of our own policies, compared whole just below
  const { deny, warn, ...rest } = decision as { readonly deny: readonly unknown[]; readonly warn: readonly unknown[] };
  const ordered = (reasons: readonly unknown[]) => reasons.map(canonicalJson).sort();
  return { ...rest, deny: ordered(deny), warn: ordered(warn) };
}
