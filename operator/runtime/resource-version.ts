/**
 * Whether a version is as new as another of the same resource. Versions of different resources say nothing of each other;
 * one that is no number is taken for new enough, so that nobody waits for what cannot be compared.
 */
export function isAsNew(version: string, as: string): boolean {
  if (version === as) return true;
  if (version === '') return false;
  if (!/^\d+$/.test(version) || !/^\d+$/.test(as)) return true;
  return BigInt(version) >= BigInt(as);
}
