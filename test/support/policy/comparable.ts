import { canonicalJson } from '../../../operator/core/hash.ts';

/** A decision with its reasons in one order: Rego's sets have none, and the two evaluators print them differently. */
export function comparable(decision: unknown): unknown {
  // border: a decision of our own policies, compared whole just below
  const { deny, warn, ...rest } = decision as { readonly deny: readonly unknown[]; readonly warn: readonly unknown[] };
  const ordered = (reasons: readonly unknown[]) => reasons.map((reason) => spelled(canonicalJson(reason))).sort();
  return { ...rest, deny: ordered(deny), warn: ordered(warn) };
}

/** Inside a list that a message quotes, Go spells a NUL one way and WebAssembly another: no decision hangs on it. */
const spelled = (reason: string): string => reason.replaceAll('\\\\x00', '\\\\u0000');
