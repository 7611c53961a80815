import { Conflict, InvalidSpec } from '../../api/errors.ts';
import { labels } from '../../api/names.ts';
import type { KubeObject } from '../../api/objects.ts';
import { referenceOf } from '../../core/reference-of.ts';
import type { Reader, Writer } from '../../ports/kube.ts';
import type { Performer } from '../perform.ts';

/**
 * Creates under a name derived from content. The name may be taken by our own earlier attempt (a lost reply, a crash, a
 * stale cache): the object is adopted if its controller owner and identity labels are ours, else the name is taken.
 */
export function createObject(reader: Reader, writer: Writer): Performer<'create-object'> {
  return async ({ object, as }, { fieldManager, signal }) => {
    try {
      return { object: await writer.create(object, { as, fieldManager, signal }), adopted: false };
    } catch (thrown) {
      if (!(thrown instanceof Conflict && thrown.reason === 'AlreadyExists')) throw thrown;
      const reference = referenceOf(object);
      const live = await reader.read<KubeObject>(reference, as, signal);
      if (live === undefined) throw thrown;
      if (isOurs(live, object)) return { object: live, adopted: true };
      throw new InvalidSpec(
        'NameTaken',
        `${object.kind} ${object.metadata.name} exists and belongs to somebody else; delete or rename it`,
        thrown,
      );
    }
  };
}

const IDENTITY_LABELS = [labels.deployment, labels.revision, labels.plan] as const;

function isOurs(live: KubeObject, intent: KubeObject): boolean {
  const owner = (object: KubeObject) => object.metadata.ownerReferences?.find((reference) => reference.controller)?.uid;
  return (
    owner(live) === owner(intent) &&
    IDENTITY_LABELS.every((label) => live.metadata.labels?.[label] === intent.metadata.labels?.[label])
  );
}
