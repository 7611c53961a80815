import type { KubeObject } from '../../api/objects.ts';
import { covers } from '../../core/covers.ts';
import { referenceOf } from '../../core/reference-of.ts';
import { withIntentHash } from '../../core/with-intent-hash.ts';
import type { Reader, Writer } from '../../ports/kube.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Performer } from '../perform.ts';

/**
 * Server-side apply of the full intent. Nothing is written where the live object carries the same intent hash (which tells
 * removed fields) and every leaf of the intent equals the live one (which tells drift).
 */
export function applyObject(reader: Reader, writer: Writer, metrics: Metrics): Performer<'apply-object'> {
  return async ({ object, as }, { fieldManager, signal }) => {
    const intent = withIntentHash(object);
    const live = reader.get<KubeObject>(referenceOf(object));
    if (live !== undefined && live.metadata.deletionTimestamp === undefined && covers(live, intent)) {
      return { object: live, written: false };
    }
    const stored = await writer.apply(intent, { as, fieldManager, signal });
    const changed = stored.metadata.resourceVersion !== live?.metadata.resourceVersion;
    if (!changed) metrics.count('code_noop_writes_total');
    return { object: stored, written: changed };
  };
}
