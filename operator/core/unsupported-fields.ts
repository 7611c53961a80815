import { type FieldValue, type NotSupportedYet, notSupportedYet } from '../api/not-supported-yet.ts';

export interface UnsupportedField {
  /** Where it is set: `spec.tools.before[1].undo`. */
  readonly path: string;
  readonly remedy: string;
}

/** The fields of a spec that ask for what is not built yet, in the order of the list; empty lists and maps ask for nothing. */
export function unsupportedFields(kind: keyof typeof notSupportedYet, spec: object): readonly UnsupportedField[] {
  const rules: readonly NotSupportedYet[] = notSupportedYet[kind];
  return rules.flatMap(({ path, except = [], remedy }) =>
    found({ spec }, path.split('.'), '')
      .filter(({ value }) => asksForSomething(value) && !except.some((allowed) => matches(value, allowed)))
      .map((field) => ({ path: field.path, remedy })),
  );
}

interface Found {
  readonly path: string;
  readonly value: unknown;
}

/** Every place the remaining names of a path lead to. */
function found(value: unknown, names: readonly string[], path: string): readonly Found[] {
  const [name, ...rest] = names;
  if (name === undefined) return value === undefined ? [] : [{ path, value }];
  if (typeof value !== 'object' || value === null) return [];
  const plain = name.replace('[]', '');
  const child: unknown = Object.entries(value).find(([key]) => key === plain)?.[1];
  const here = path === '' ? plain : `${path}.${plain}`;
  if (plain === name) return found(child, rest, here);
  return Array.isArray(child) ? child.flatMap((item, index) => found(item, rest, `${here}[${index}]`)) : [];
}

function asksForSomething(value: unknown): boolean {
  return typeof value !== 'object' || value === null || Object.keys(value).length > 0;
}

function matches(value: unknown, allowed: FieldValue): boolean {
  if (typeof allowed === 'string' && allowed.endsWith('*')) return String(value).startsWith(allowed.slice(0, -1));
  return value === allowed;
}
