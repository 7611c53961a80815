import { equal } from './merge-patch.ts';
import { sameQuantity } from './quantity.ts';

/** The keys by which the API server's own lists are maps, most specific first. */
const MAP_KEYS = ['name', 'containerPort', 'port', 'type', 'key', 'uid', 'ip'] as const;

/** The members that hold quantities. Anywhere else `1.10` and `1.1` are two texts: a version, an argument. */
const QUANTITIES: ReadonlySet<string> = new Set([
  'capacity',
  'default',
  'defaultRequest',
  'divisor',
  'hard',
  'limits',
  'max',
  'maxLimitRequestRatio',
  'min',
  'overhead',
  'requests',
  'sizeLimit',
]);

/** Maps of texts and quantities: the API server drops empty ones. Any other `{}` selects or chooses something. */
const MAPS: ReadonlySet<string> = new Set([
  ...QUANTITIES,
  'annotations',
  'data',
  'labels',
  'matchLabels',
  'nodeSelector',
  'stringData',
]);

/**
 * True when every leaf of the intent is found equal in the live object: objects member by member, lists of objects by
 * their map key (else by position and length), quantities by amount, empty as absent (runtime.md section 7). What live has
 * beside that belongs to defaults and to others.
 */
export function covers(live: unknown, intent: unknown): boolean {
  return coversMember(live, intent, { name: '', quantity: false });
}

/** Where in the object a value stands. */
interface Place {
  readonly name: string;
  readonly quantity: boolean;
}

function coversMember(live: unknown, intent: unknown, place: Place): boolean {
  if (isEmpty(intent, place)) return isEmpty(live, place);
  if (Array.isArray(intent)) return Array.isArray(live) && coversList(live, intent, place);
  if (isObject(intent)) return isObject(live) && coversObject(live, intent, place);
  if (equal(live, intent)) return true;
  return place.quantity && isScalar(live) && isScalar(intent) && sameQuantity(live, intent);
}

function coversObject(live: Members, intent: Members, { quantity }: Place): boolean {
  return Object.entries(intent).every(([name, value]) =>
    coversMember(member(live, name), value, { name, quantity: quantity || QUANTITIES.has(name) }),
  );
}

function coversList(live: readonly unknown[], intent: readonly unknown[], place: Place): boolean {
  if (live.length !== intent.length) return false;
  if (intent.every((item, index) => coversMember(live[index], item, place))) return true;
  const key = MAP_KEYS.find((candidate) => intent.every((item) => isObject(item) && item[candidate] !== undefined));
  if (key === undefined) return false;
  const left = [...live];
  return intent.every((item) => {
    const found = left.findIndex(
      (other) => isObject(other) && isObject(item) && equal(other[key], item[key]) && coversMember(other, item, place),
    );
    return found >= 0 && left.splice(found, 1).length === 1;
  });
}

type Members = Readonly<Record<string, unknown>>;

const member = (object: Members, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);

const isObject = (value: unknown): value is Members =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const isScalar = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number';

/** Absent, null, `""`, `[]` and an empty map say the same thing to the API server. */
const isEmpty = (value: unknown, { name }: Place): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0 && MAPS.has(name));
