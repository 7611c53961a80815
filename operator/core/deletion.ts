import { FINALIZER } from '../api/names.ts';
import type { CodeObject } from '../api/objects.ts';
import type { Milliseconds } from './decision.ts';

/** When a deletion has had the time that it may take; `undefined` where the object is to stay. */
export function deletionEnds({ metadata }: CodeObject, patience: Milliseconds): Milliseconds | undefined {
  const { deletionTimestamp } = metadata;
  return deletionTimestamp === undefined ? undefined : (Date.parse(deletionTimestamp) || 0) + patience;
}

/**
 * What a person has to know of a deletion that is late; it is tried on all the same. Where no status told of the deletion yet,
 * nothing was tried long enough: the operator was away.
 */
export function heldDeletion(object: CodeObject, patience: Milliseconds, now: Milliseconds): string | undefined {
  const end = deletionEnds(object, patience);
  const { metadata, status } = object;
  if (end === undefined || now < end || status?.observedGeneration !== metadata.generation) return undefined;
  return `deleted at ${metadata.deletionTimestamp}, it is held by its finalizer ${FINALIZER}, and is tried on: mend the cause, or take the finalizer off, which leaves undone what is left`;
}
