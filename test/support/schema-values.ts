/** Values a structural schema allows, and values with one thing wrong, for property tests. */
import fc from 'fast-check';
import type { StructuralSchema } from '../verbs/generate/read-crds.ts';

/** Longest text made: what matters is the kind of character, not the size of the request. */
const LONGEST = 24;
const MOST_ITEMS = 3;

/** A value the schema allows, CEL rules aside; `skip` names paths that are left out: `spec.answers`. */
export function valueFor(node: StructuralSchema, skip: ReadonlySet<string>, path: string): fc.Arbitrary<unknown> {
  if (node['x-kubernetes-int-or-string']) return fc.oneof(fc.nat({ max: node.maximum ?? 1000 }), text(node));
  if (node.enum !== undefined) return fc.constantFrom(...node.enum);
  switch (node.type) {
    case 'string':
      return text(node);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: node.minimum ?? 0, max: Math.min(node.maximum ?? 2 ** 31 - 1, 2 ** 31 - 1) });
    case 'number':
      return fc.double({ min: node.minimum ?? -1e6, max: node.maximum ?? 1e6, noNaN: true }).map((x) => x || 0);
    case 'array':
      return items(node, skip, path);
    case 'object':
      return object(node, skip, path);
    default:
      return fc.oneof(
        fc.boolean(),
        fc.integer(),
        fc.string({ maxLength: LONGEST }),
        fc.constant({ free: ['form', { deep: 1 }] }),
      );
  }
}

function text(node: StructuralSchema): fc.Arbitrary<string> {
  if (node.format === 'date-time') {
    return fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString());
  }
  const { minLength = 0, maxLength = LONGEST } = node;
  if (node.pattern === undefined) {
    return fc.string({
      unit: 'grapheme-ascii',
      minLength,
      maxLength: Math.max(minLength, Math.min(maxLength, LONGEST)),
    });
  }
  return fc
    .stringMatching(new RegExp(node.pattern, 'u'), { size: 'xsmall' })
    .filter(({ length }) => length >= minLength && length <= maxLength);
}

function items(node: StructuralSchema, skip: ReadonlySet<string>, path: string): fc.Arbitrary<unknown[]> {
  const keys = node['x-kubernetes-list-map-keys'] ?? [];
  const { minItems: minLength = 0, maxItems = MOST_ITEMS } = node;
  const constraints = { minLength, maxLength: Math.max(minLength, Math.min(maxItems, MOST_ITEMS)) };
  const item = valueFor(node.items ?? {}, skip, `${path}[]`);
  if (node['x-kubernetes-list-type'] === 'atomic' || node['x-kubernetes-list-type'] === undefined)
    return fc.array(item, constraints);
  return fc.uniqueArray(item, {
    ...constraints,
    selector: (value) => JSON.stringify(keys.length === 0 ? value : keys.map((key) => Object(value)[key])),
  });
}

function object(node: StructuralSchema, skip: ReadonlySet<string>, path: string): fc.Arbitrary<unknown> {
  const { properties = {}, additionalProperties, required = [], minProperties = 0, maxProperties } = node;
  if (additionalProperties !== undefined) {
    const value = valueFor(additionalProperties, skip, `${path}{}`);
    const key = fc.stringMatching(/^[a-z]{1,8}$/);
    return fc.dictionary(key, value, { minKeys: minProperties, maxKeys: MOST_ITEMS, noNullPrototype: true });
  }
  const names = Object.keys(properties).filter((name) => !skip.has(`${path}.${name}`));
  const fields = Object.fromEntries(
    names.map((name) => [name, valueFor(properties[name] ?? {}, skip, `${path}.${name}`)]),
  );
  // Exactly one of many: pick it, rather than throw most values away.
  if (maxProperties === 1)
    return fc.oneof(...names.map((name) => fc.record({ [name]: fields[name] ?? fc.constant(null) })));
  const record = fc.record(fields, {
    requiredKeys: required.filter((name) => names.includes(name)),
    noNullPrototype: true,
  });
  return minProperties === 0 ? record : record.filter((value) => Object.keys(value).length >= minProperties);
}

/**
 * What can be wrong about a value, wherever it stands. Not an empty list: the API server takes one for a text of a format
 * (kube-openapi looks at no type where the value is empty), and we do not.
 */
const wrongs: readonly unknown[] = [
  'x',
  'Ünïcode 🚀',
  '',
  -1,
  0.5,
  1e12,
  true,
  {},
  ['x', 'x'],
  'y'.repeat(300),
  { surprise: 1 },
];

/** The value with one place in it replaced by something that is probably wrong there, or with an unknown field added. */
export function damaged(value: unknown): fc.Arbitrary<unknown> {
  const places = [...placesOf(value)];
  return fc
    .record({ place: fc.constantFrom(...places), wrong: fc.constantFrom(...wrongs), add: fc.boolean() })
    .map(({ place, wrong, add }) =>
      replaced(value, place, (old) => (add && isRecord(old) ? { ...old, surprise: wrong } : wrong)),
    );
}

function* placesOf(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) yield* placesOf(child, [...path, key]);
}

function replaced(value: unknown, [key, ...rest]: readonly string[], change: (old: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === key ? replaced(item, rest, change) : item));
  return { ...Object(value), [key]: replaced(Object(value)[key], rest, change) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
