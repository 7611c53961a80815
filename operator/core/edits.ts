import { fieldManagers } from '../api/names.ts';
import type { KubeObject, ManagedFields } from '../api/objects.ts';
import type { ResourceName } from '../api/resources.ts';

/** A field that we write, and who else wrote it last. */
export interface Edit {
  readonly field: string;
  readonly manager: string;
}

/** Of each kind, the fields that deliveries move; lists and selectors among them are atomic, so that one writer has them whole. */
const MOVED: { readonly [Kind in ResourceName]?: readonly string[] } = {
  ReplicaSet: ['spec.replicas'],
  Service: ['spec.selector'],
  HTTPRoute: ['spec.rules', 'spec.hostnames', 'spec.parentRefs'],
  RoleBinding: ['subjects'],
};

const OURS: ReadonlySet<string> = new Set(Object.values(fieldManagers));
const UNKNOWN = 'somebody';

/**
 * What others wrote last of the fields that we write: they are named as its managers, and we are not. It is stored in the very
 * object by the write that changed it, so neither a crash of ours nor an old cache can make our own move look like theirs.
 */
export function editsOf({ kind, metadata: { managedFields = [] } }: KubeObject): readonly Edit[] {
  const fields = (MOVED as { readonly [kind: string]: readonly string[] | undefined })[kind] ?? []; // border: any kind has edits or none
  return fields.flatMap((field) => {
    const managers = managedFields.filter((entry) => owns(entry, field)).map(({ manager = UNKNOWN }) => manager);
    const [manager] = managers;
    return manager === undefined || managers.some((one) => OURS.has(one)) ? [] : [{ field, manager }];
  });
}

/** As much of `managedFields` as tells the edits: none of an object that nobody else edited. */
export function editsAlone(object: KubeObject): readonly ManagedFields[] | undefined {
  const edits = editsOf(object);
  if (edits.length === 0) return undefined;
  return edits.map(({ field, manager }) => ({ manager, fieldsV1: nested(field.split('.')) }));
}

/** Whether an entry says that its manager wrote the field, given as `spec.rules`. */
export function owns({ fieldsV1 }: ManagedFields, field: string): boolean {
  let within: unknown = fieldsV1;
  for (const part of field.split('.')) {
    if (typeof within !== 'object' || within === null) return false;
    within = new Map<string, unknown>(Object.entries(within)).get(`f:${part}`);
  }
  return within !== undefined;
}

function nested([first, ...rest]: readonly string[]): object {
  return first === undefined ? {} : { [`f:${first}`]: nested(rest) };
}
