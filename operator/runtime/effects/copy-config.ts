import { Conflict, InvalidSpec, Upstream } from '../../api/errors.ts';
import { annotations, labels } from '../../api/names.ts';
import type { KubeObject } from '../../api/objects.ts';
import type { CopyConfig } from '../../core/action.ts';
import { type ConfigObject, configDigest, contentsOf } from '../../core/config-content.ts';
import { plain } from '../../core/merge-patch.ts';
import type { Reader, WriteOptions, Writer } from '../../ports/kube.ts';
import type { Performer } from '../perform.ts';

/**
 * Reads the source as the tenant and writes its copy as the tenant; the contents never leave this file. The name tells the
 * contents, so a copy that is there already is taken, after a look at what it holds, and its owner is added.
 */
export function copyConfig(reader: Reader, writer: Writer): Performer<'copy-config'> {
  return async (action, { fieldManager, signal }) => {
    const { kind: resource, namespace, copy: name, as } = action;
    const options = { as, fieldManager, signal };
    const read = (wanted: string) => reader.read<ConfigObject>({ resource, namespace, name: wanted }, as, signal);
    const kept = await read(name);
    if (kept !== undefined) return share(action, kept, writer, options);
    const source = await read(action.source);
    if (source === undefined || configDigest({ kind: resource, name: action.source }, source) !== action.digest) {
      throw new Conflict('ConfigChanged', `${resource} ${action.source} is not what it was a moment ago`);
    }
    await create(action, source, writer, options);
    return { owners: [action.owner.uid], written: true };
  };
}

async function share(
  { kind: resource, namespace, source, digest, copy: name, owner }: CopyConfig,
  kept: ConfigObject,
  writer: Writer,
  options: WriteOptions,
) {
  const { labels: marks, ownerReferences = [], resourceVersion = '', deletionTimestamp } = kept.metadata;
  if (deletionTimestamp !== undefined) {
    throw new Upstream('PredecessorLeaving', `${resource} ${name} is being deleted; it is made again when it is gone`);
  }
  const holds = kept.immutable === true && configDigest({ kind: resource, name: source }, kept) === digest;
  if (!holds || marks?.[labels.configCopy] !== digest) {
    const whose = `${resource} ${name} stands where the copy of ${source} belongs, and is not that copy`;
    throw new InvalidSpec('NameTaken', `${whose}; delete it, the copy is made as soon as the name is free`);
  }
  const owners = ownerReferences.map(({ uid }) => uid);
  if (owners.includes(owner.uid)) return { owners, written: false };
  const patch = { metadata: { resourceVersion, ownerReferences: [...ownerReferences, owner] } };
  await writer.mergePatch({ resource, namespace, name }, plain(patch), options);
  return { owners: [...owners, owner.uid], written: true };
}

async function create(action: CopyConfig, source: ConfigObject, writer: Writer, options: WriteOptions): Promise<void> {
  const { kind, namespace, copy: name, digest, owner } = action;
  const copy: KubeObject = {
    apiVersion: 'v1',
    kind,
    metadata: {
      name,
      namespace,
      labels: { [labels.configCopy]: digest },
      annotations: { [annotations.copyOf]: action.source },
      ownerReferences: [owner],
    },
    ...contentsOf(kind, source),
  };
  try {
    await writer.create(copy, options);
  } catch (thrown) {
    // Words about an object that was refused as invalid may quote it; quota and RBAC speak of names.
    if (!(thrown instanceof InvalidSpec)) throw thrown;
    throw new InvalidSpec(
      'CopyRefused',
      `the API server refuses a copy of ${kind} ${action.source} (${thrown.reason})`,
    );
  }
}
