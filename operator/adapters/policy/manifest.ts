/** What lies beside a bundle as `manifest.json`. */
export interface Manifest {
  /** SHA-256 of the module: another one is not the bundle that was built and tested. */
  readonly wasm: string;
  /** SHA-256 of the policies and the compiler that it was built from. */
  readonly sources: string;
  readonly entryPoints: readonly string[];
}

/** The manifest that a file's text holds, or nothing where it holds none. */
export function parseManifest(text: string): Manifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { wasm, sources, entryPoints }: Readonly<Record<string, unknown>> = { ...value };
  if (typeof wasm !== 'string' || typeof sources !== 'string' || !isTexts(entryPoints)) return undefined;
  return { wasm, sources, entryPoints };
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
