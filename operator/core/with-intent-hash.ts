import { annotations } from '../api/names.ts';
import type { KubeObject } from '../api/objects.ts';
import { shortHash } from './hash.ts';

const INTENT_HASH_LENGTH = 16;

/** The intent with the hash of itself as an annotation: a live object with another hash was applied from another intent. */
export function withIntentHash(object: KubeObject): KubeObject {
  const { metadata } = object;
  const hash = shortHash(object, INTENT_HASH_LENGTH);
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, [annotations.intent]: hash } } };
}
