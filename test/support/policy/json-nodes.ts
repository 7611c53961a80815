import type { Json } from '../../../operator/core/json.ts';

export type Path = readonly (string | number)[];

/** The paths of every node below the root, parents first. */
export function pathsOf(value: Json, base: Path = []): readonly Path[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const path = [...base, Array.isArray(value) ? Number(key) : key];
    return [path, ...pathsOf(member, path)];
  });
}

/** The same value with the node at the path replaced, or taken away where the replacement is `undefined`. */
export function replaced(value: Json, path: Path, replacement: Json | undefined): Json {
  const [key, ...rest] = path;
  if (key === undefined || value === null || typeof value !== 'object') return replacement ?? null;
  const put = (member: Json): Json | undefined =>
    rest.length === 0 ? replacement : replaced(member, rest, replacement);
  if (isList(value)) {
    return value.flatMap((member, index) => {
      const kept = index === key ? put(member) : member;
      return kept === undefined ? [] : [kept];
    });
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const kept = name === key ? put(member) : member;
      return kept === undefined ? [] : [[name, kept]];
    }),
  );
}

/** RFC 6901. */
export const pointerOf = (path: Path): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** `Array.isArray` does not narrow a readonly list. */
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
