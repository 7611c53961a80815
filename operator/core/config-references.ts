/** The ConfigMaps and Secrets that a pod's spec names, wherever it can name them; storage and pull credentials are no config. */

export type ConfigKind = 'ConfigMap' | 'Secret';

export interface ConfigName {
  readonly kind: ConfigKind;
  readonly name: string;
}

export interface ConfigReference extends ConfigName {
  /** Pods start without it: every place that names it says so. */
  readonly optional: boolean;
}

type Fields = Readonly<Record<string, unknown>>;
/** The name to write instead of the one found. */
type Rename = (found: ConfigReference) => string;
/** Where one kind is named: `{ [member]: { [key]: name } }`. */
type Place = readonly [member: string, kind: ConfigKind, key: 'name' | 'secretName'];

const ENV_FROM: readonly Place[] = [
  ['configMapRef', 'ConfigMap', 'name'],
  ['secretRef', 'Secret', 'name'],
];
const VALUE_FROM: readonly Place[] = [
  ['configMapKeyRef', 'ConfigMap', 'name'],
  ['secretKeyRef', 'Secret', 'name'],
];
const VOLUME: readonly Place[] = [
  ['configMap', 'ConfigMap', 'name'],
  ['secret', 'Secret', 'secretName'],
];
const PROJECTED: readonly Place[] = [
  ['configMap', 'ConfigMap', 'name'],
  ['secret', 'Secret', 'name'],
];
const CONTAINER_LISTS = ['containers', 'initContainers', 'ephemeralContainers'] as const;

/** Each one once, sorted by kind and name; what is no pod spec names none. */
export function configReferencesOf(podSpec: unknown): readonly ConfigReference[] {
  const found = new Map<string, ConfigReference>();
  withConfigNames(podSpec, (reference) => {
    const key = `${reference.kind}/${reference.name}`;
    const optional = reference.optional && (found.get(key)?.optional ?? true);
    found.set(key, { ...reference, optional });
    return reference.name;
  });
  return [...found].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, reference]) => reference);
}

/** The same spec with other names in the places where it names ConfigMaps and Secrets. */
export function withConfigNames<Spec>(podSpec: Spec, rename: Rename): Spec {
  const container = (one: unknown) =>
    within(
      within(one, 'envFrom', (list) => each(list, (source) => renamed(source, ENV_FROM, rename))),
      'env',
      (list) =>
        each(list, (variable) => within(variable, 'valueFrom', (source) => renamed(source, VALUE_FROM, rename))),
    );
  const volume = (one: unknown) =>
    within(renamed(one, VOLUME, rename), 'projected', (projected) =>
      within(projected, 'sources', (list) => each(list, (source) => renamed(source, PROJECTED, rename))),
    );
  const containers = CONTAINER_LISTS.reduce<unknown>(
    (spec, name) => within(spec, name, (list) => each(list, container)),
    podSpec,
  );
  return within(containers, 'volumes', (list) => each(list, volume)) as Spec; // border: only names in it were replaced
}

function renamed(source: unknown, places: readonly Place[], rename: Rename): unknown {
  return places.reduce(
    (holder, [member, kind, key]) =>
      within(holder, member, (named) => {
        if (!isFields(named)) return named;
        const name = named[key];
        if (typeof name !== 'string' || name === '') return named;
        return { ...named, [key]: rename({ kind, name, optional: named['optional'] === true }) };
      }),
    source,
  );
}

/** The object with one of its members changed, where it has that member. */
function within(value: unknown, member: string, change: (member: unknown) => unknown): unknown {
  return isFields(value) && value[member] !== undefined ? { ...value, [member]: change(value[member]) } : value;
}

const each = (list: unknown, change: (item: unknown) => unknown): unknown =>
  Array.isArray(list) ? list.map(change) : list;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
