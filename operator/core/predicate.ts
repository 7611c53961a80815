import { GROUP } from '../api/names.ts';
import type { KubeObject } from '../api/objects.ts';
import { equal } from './merge-patch.ts';

/**
 * True when an update of one of our own objects needs a pass: its spec, deletion, finalizers, labels or our annotations
 * changed. Our own status writes change none of them (R25).
 */
export function needsPass(before: KubeObject, after: KubeObject): boolean {
  const [old, now] = [before.metadata, after.metadata];
  return (
    old.uid !== now.uid ||
    old.generation !== now.generation ||
    old.deletionTimestamp !== now.deletionTimestamp ||
    !equal(old.finalizers ?? [], now.finalizers ?? []) ||
    !equal(old.labels ?? {}, now.labels ?? {}) ||
    !equal(ownAnnotations(before), ownAnnotations(after))
  );
}

function ownAnnotations({ metadata }: KubeObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(metadata.annotations ?? {}).filter(([name]) => name.startsWith(`${GROUP}/`)),
  );
}
