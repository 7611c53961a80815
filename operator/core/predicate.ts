import { conditionTypes } from '../api/conditions.ts';
import { GROUP } from '../api/names.ts';
import type { CodeObject, KubeObject } from '../api/objects.ts';
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

/**
 * True when work on one of our own objects begins: it is new, or was at rest and has another spec. What is under way
 * already, and what a person asks of it by deletion or an annotation, is not.
 */
export function beginsAnew(before: KubeObject | undefined, after: KubeObject): boolean {
  if (after.metadata.deletionTimestamp !== undefined) return false;
  if (before === undefined || before.metadata.uid !== after.metadata.uid) return true;
  return before.metadata.generation !== after.metadata.generation && !isUnderWay(before);
}

function isUnderWay(object: KubeObject): boolean {
  const { conditions = [] } = (object as CodeObject).status ?? {}; // border: the caches of our kinds hold nothing else
  return conditions.some(({ type, status }) => type === conditionTypes.reconciling && status === 'True');
}

function ownAnnotations({ metadata }: KubeObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(metadata.annotations ?? {}).filter(([name]) => name.startsWith(`${GROUP}/`)),
  );
}
