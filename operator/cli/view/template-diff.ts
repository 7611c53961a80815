import type { Json } from '../../core/json.ts';

/** One field that differs; absent on the side that does not have it. */
export interface FieldChange {
  /** Dotted path; items that have a name are told by it: `spec.containers[web].image`. */
  readonly path: string;
  readonly from?: string;
  readonly to?: string;
}

/** Every leaf that differs between two pod templates, sorted by path. */
export function templateDiff(from: Json, to: Json): readonly FieldChange[] {
  const before = new Map(leaves(from, ''));
  const after = new Map(leaves(to, ''));
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    const [old, fresh] = [before.get(path), after.get(path)];
    if (old === fresh) return [];
    return [{ path, ...(old === undefined ? {} : { from: old }), ...(fresh === undefined ? {} : { to: fresh }) }];
  });
}

function leaves(value: Json, path: string): readonly (readonly [string, string])[] {
  if (Array.isArray(value)) {
    if (value.length === 0) return [[path, '[]']];
    const items: readonly Json[] = value;
    const names = items.map(nameOf);
    const told = names.every((name) => name !== undefined) && new Set(names).size === names.length;
    return items.flatMap((item, index) => leaves(item, `${path}[${told ? names[index] : index}]`));
  }
  if (typeof value !== 'object' || value === null) return [[path, JSON.stringify(value)]];
  const members = Object.entries(value);
  if (members.length === 0) return [[path, '{}']];
  return members.flatMap(([key, member]) => leaves(member, path === '' ? quoted(key) : `${path}.${quoted(key)}`));
}

/** Keys of labels hold dots of their own. */
const quoted = (key: string): string => (/[.[\]]/.test(key) ? `"${key}"` : key);

function nameOf(item: Json): string | undefined {
  if (typeof item !== 'object' || item === null || !('name' in item)) return undefined;
  return typeof item.name === 'string' ? item.name : undefined;
}
