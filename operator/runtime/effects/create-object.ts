import { Conflict, InvalidSpec, Upstream } from '../../api/errors.ts';
import { labels } from '../../api/names.ts';
import type { KubeObject, OwnerReference } from '../../api/objects.ts';
import { equal, plain } from '../../core/merge-patch.ts';
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
      if (isLeaving(live, object)) {
        const message = `${object.kind} ${object.metadata.name} of a deleted object of the same name is still there; it goes by itself`;
        throw new Upstream('PredecessorLeaving', message, { cause: thrown, afterMilliseconds: LOOK_AGAIN });
      }
      if (isOurs(live, object)) return { object: live, adopted: true };
      if (isLeftBehind(live, object)) {
        const { ownerReferences = [] } = object.metadata;
        const metadata = { ownerReferences, resourceVersion: live.metadata.resourceVersion ?? '' };
        return {
          object: await writer.mergePatch(reference, plain({ metadata }), { as, fieldManager, signal }),
          adopted: true,
        };
      }
      throw new InvalidSpec(
        'NameTaken',
        `${object.kind} ${object.metadata.name} exists and belongs to somebody else; delete or rename it`,
        thrown,
      );
    }
  };
}

/** Garbage collection takes its time. */
const LOOK_AGAIN = 1_000;

const IDENTITY_LABELS = [labels.tenant, labels.deployment, labels.revision, labels.baseline, labels.plan] as const;

const ownerOf = (object: KubeObject): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find((reference) => reference.controller);

/** Whoever deletes an object and creates it again at once meets its children, which nobody wants any more. */
function isLeaving(live: KubeObject, intent: KubeObject): boolean {
  const [old, own] = [ownerOf(live), ownerOf(intent)];
  const namesake = old !== undefined && old.kind === own?.kind && old.name === own.name && old.uid !== own.uid;
  return live.metadata.deletionTimestamp !== undefined || namesake;
}

/** Deleting with `--cascade=orphan` leaves it without an owner: it is taken over where it says just what is to be created. */
function isLeftBehind(live: KubeObject, intent: KubeObject): boolean {
  if ((live.metadata.ownerReferences ?? []).length > 0) return false;
  const content = ({ metadata, ...rest }: KubeObject) => ({ ...rest, revision: undefined, labels: metadata.labels });
  return equal(content(live), content(intent));
}

/** By controller owner and identity labels; what has neither is ours by nothing. */
function isOurs(live: KubeObject, intent: KubeObject): boolean {
  const marks = (object: KubeObject) => [
    ownerOf(object)?.uid,
    ...IDENTITY_LABELS.map((label) => object.metadata.labels?.[label]),
  ];
  const [found, own] = [marks(live), marks(intent)];
  return own.some((mark) => mark !== undefined) && own.every((mark, index) => mark === found[index]);
}
