import type { WriteOptions, Writer } from '../ports/kube.ts';
import type { Fence } from './fence.ts';

/** A writer that writes only while the fence is open; a write under way when it shuts is aborted. */
export function fenced(writer: Writer, fence: Fence): Writer {
  const guard = <T>(options: WriteOptions, write: (options: WriteOptions) => Promise<T>): Promise<T> =>
    fence.guard((signal) => write({ ...options, signal }), options.signal);
  return {
    apply: (object, options) => guard(options, (guarded) => writer.apply(object, guarded)),
    create: (object, options) => guard(options, (guarded) => writer.create(object, guarded)),
    mergePatch: (reference, patch, options) =>
      guard(options, (guarded) => writer.mergePatch(reference, patch, guarded)),
    jsonPatch: (reference, patch, options) => guard(options, (guarded) => writer.jsonPatch(reference, patch, guarded)),
    patchStatus: (reference, patch, options) =>
      guard(options, (guarded) => writer.patchStatus(reference, patch, guarded)),
    delete: (reference, preconditions, propagation, options) =>
      guard(options, (guarded) => writer.delete(reference, preconditions, propagation, guarded)),
  };
}
