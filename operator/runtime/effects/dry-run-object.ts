import { Conflict, Denied, InvalidSpec } from '../../api/errors.ts';
import { isRbacRefusal } from '../../core/rbac-refusal.ts';
import type { Writer } from '../../ports/kube.ts';
import type { Performer } from '../perform.ts';

/** Asks the API server, defaults and admission included, and writes nothing. Its refusal is an answer, not a failure. */
export function dryRunObject(writer: Writer): Performer<'dry-run-object'> {
  return async ({ object, as }, { fieldManager, signal }) => {
    try {
      await writer.create(object, { as, fieldManager, signal, dryRun: true });
      return { accepted: true };
    } catch (thrown) {
      if (thrown instanceof Conflict && thrown.reason === 'AlreadyExists') return { accepted: true };
      const refused = thrown instanceof InvalidSpec || (thrown instanceof Denied && !isRbacRefusal(thrown.message));
      if (!refused) throw thrown;
      return { accepted: false, message: thrown.message };
    }
  };
}
