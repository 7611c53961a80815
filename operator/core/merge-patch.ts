import type { Json } from './json.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * The JSON merge patch (RFC 7396) that turns `before` into `after`, or `undefined` when they are equal. Members that are
 * gone become null; lists are replaced whole; members whose value is `undefined` or null are absent, since a merge patch
 * cannot write a null.
 */
export function mergePatch(before: unknown, after: unknown): Json | undefined {
  if (!isObject(before) || !isObject(after)) return equal(before, after) ? undefined : plain(after);
  const changes = keysOf(before, after).flatMap((key): [string, Json][] => {
    const [old, wanted] = [member(before, key), member(after, key)];
    const change = wanted === undefined ? removal(old) : mergePatch(old, wanted);
    return change === undefined ? [] : [[key, change]];
  });
  return changes.length === 0 ? undefined : Object.fromEntries(changes);
}

/** Deep equality of JSON values; a member that is `undefined` or null equals one that is absent. */
export function equal(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => equal(item, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  return keysOf(left, right).every((key) => equal(member(left, key), member(right, key)));
}

/** A JSON copy without `undefined` members. */
export function plain(value: unknown): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json); // border: JSON.parse gives JSON
}

const removal = (value: unknown): null | undefined => (value === undefined ? undefined : null);

const keysOf = (left: Members, right: Members): readonly string[] => [
  ...new Set([...Object.keys(left), ...Object.keys(right)]),
];

/** Its own only: users name members too, and `constructor` is a fine name. */
const member = (object: Members, key: string): unknown =>
  Object.hasOwn(object, key) ? (object[key] ?? undefined) : undefined;

const isObject = (value: unknown): value is Members =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
