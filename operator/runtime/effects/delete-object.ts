import { NotFound } from '../../api/errors.ts';
import type { Writer } from '../../ports/kube.ts';
import type { Performer } from '../perform.ts';

/** A deletion by UID: an object of the same name that came later is left alone. One that is gone already is done. */
export function deleteObject(writer: Writer): Performer<'delete-object'> {
  return async ({ target, uid, resourceVersion, propagation, as }, { fieldManager, signal }) => {
    const preconditions = { uid, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
    try {
      await writer.delete(target, preconditions, propagation, { as, fieldManager, signal });
    } catch (thrown) {
      if (!(thrown instanceof NotFound)) throw thrown;
    }
    return {};
  };
}
