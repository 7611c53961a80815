import type { Json } from './json.ts';

/**
 * The JSON merge patch (RFC 7396) that turns `before` into `after`, or `undefined` when they are equal. Members that are
 * gone become null; arrays are replaced whole; members whose value is `undefined` are absent.
 */
export function mergePatch(before: unknown, after: unknown): Json | undefined {
  if (isObject(before) && isObject(after)) {
    const patch: { [key: string]: Json } = {};
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const change = after[key] === undefined ? removal(before[key]) : mergePatch(before[key], after[key]);
      if (change !== undefined) patch[key] = change;
    }
    return Object.keys(patch).length === 0 ? undefined : patch;
  }
  return equal(before, after) ? undefined : plain(after);
}

const removal = (value: unknown): null | undefined => (value === undefined ? undefined : null);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Deep equality of JSON values; a member that is `undefined` equals one that is absent. */
export function equal(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => equal(item, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => equal(left[key], right[key]));
}

/** A JSON copy without `undefined` members. */
export function plain(value: unknown): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json); // border: JSON.parse gives JSON
}
