/** Parts of objects whose kind is not known: a part that is absent or of another type is `undefined`. */
import type { Json } from '../../core/json.ts';

export function member(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((found, key) => {
    if (found === null || typeof found !== 'object' || Array.isArray(found)) return undefined;
    return (found as { readonly [key: string]: Json })[key]; // border: isArray does not narrow readonly arrays away
  }, value);
}

export function text(value: Json | undefined, ...path: readonly string[]): string | undefined {
  const found = member(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

export function number(value: Json | undefined, ...path: readonly string[]): number | undefined {
  const found = member(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

/** The list at the path; of a Kubernetes list its `items`. */
export function items(value: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const found = member(value, ...(path.length === 0 ? ['items'] : path));
  return Array.isArray(found) ? found : [];
}
