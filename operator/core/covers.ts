import { equal } from './merge-patch.ts';
import { sameQuantity } from './quantity.ts';

/** The keys by which the API server's own lists are maps, most specific first. */
const MAP_KEYS = ['name', 'containerPort', 'port', 'type', 'key', 'uid', 'ip'] as const;

/**
 * True when every leaf of the intent is found equal in the live object: objects member by member, lists of objects by
 * their map key (else by position and length), quantities by amount, empty as absent (runtime.md section 7). What live has
 * beside that belongs to defaults and to others.
 */
export function covers(live: unknown, intent: unknown): boolean {
  if (isEmpty(intent)) return isEmpty(live);
  if (Array.isArray(intent)) return Array.isArray(live) && coversList(live, intent);
  if (isObject(intent)) {
    return isObject(live) && Object.entries(intent).every(([key, value]) => covers(live[key], value));
  }
  if (equal(live, intent)) return true;
  return isScalar(live) && isScalar(intent) && sameQuantity(live, intent);
}

function coversList(live: readonly unknown[], intent: readonly unknown[]): boolean {
  const key = MAP_KEYS.find((candidate) => intent.every((item) => isObject(item) && item[candidate] !== undefined));
  if (live.length !== intent.length) return false;
  if (key === undefined) return intent.every((item, index) => covers(live[index], item));
  return intent.every((item) =>
    live.some((other) => isObject(other) && isObject(item) && equal(other[key], item[key]) && covers(other, item)),
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const isScalar = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number';

/** Absent, null, `""`, `[]` and `{}` say the same thing to the API server. */
const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0);
