import type { Json } from '../../core/json.ts';
import type { Writer } from '../../ports/kube.ts';
import type { Performer } from '../perform.ts';

/** A merge patch that carries the resourceVersion it was decided on: another write in between is a Conflict. */
export function patchObject(writer: Writer): Performer<'patch-object'> {
  return async ({ target, patch, resourceVersion, as }, { fieldManager, signal }) => ({
    object: await writer.mergePatch(target, guarded(patch, resourceVersion), { as, fieldManager, signal }),
  });
}

function guarded(patch: Json, resourceVersion: string): Json {
  const members = isObject(patch) ? patch : {};
  const metadata = members['metadata'];
  return { ...members, metadata: { ...(isObject(metadata) ? metadata : {}), resourceVersion } };
}

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
