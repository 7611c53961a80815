/** The border to the SDK of OPA's WebAssembly: one instance of a compiled bundle, with types. */
import { createRequire } from 'node:module';
import type { LoadedPolicy, loadPolicySync } from '@open-policy-agent/opa-wasm';

const PAGE = 65_536;
/** 1 MiB to start with, and it grows: a module whose own data asks for more fails when it is built. */
const INITIAL_PAGES = 16;
/** 32 MiB: memory never shrinks, so this bounds what one evaluation can leave behind. */
const MAXIMUM_PAGES = 512;

export interface Instance {
  hasEntryPoint(entryPoint: string): boolean;
  /** Takes JSON in UTF-8. @throws strings, plain objects and errors: the instance is then unfit for another evaluation. */
  evaluate(input: ArrayBuffer, entryPoint: string): unknown;
  /** True when the memory has reached its cap. */
  exhausted(): boolean;
  /** Names of the built-ins that the host would have to bring. */
  requiredBuiltIns(): readonly string[];
}

/** @throws whatever WebAssembly throws for a module that is no policy bundle, or one too big for the memory. */
export function instantiate(module: WebAssembly.Module): Instance {
  const policy = sdk.loadPolicySync(module, { initial: INITIAL_PAGES, maximum: MAXIMUM_PAGES });
  const entryPoints: object = policy.entrypoints; // border: the SDK declares it `any`; it is a map from name to number
  return {
    hasEntryPoint: (entryPoint) => Object.hasOwn(entryPoints, entryPoint),
    evaluate: (input, entryPoint) => policy.evaluate(input, entryPoint),
    exhausted: () => policy.mem.buffer.byteLength >= MAXIMUM_PAGES * PAGE,
    requiredBuiltIns: () => requiredBuiltIns(policy),
  };
}

// border: the SDK declares `loadPolicySync`, but its entry for `import` forgets it and the one for `require` has it.
const sdk: { readonly loadPolicySync: typeof loadPolicySync } = createRequire(import.meta.url)(
  '@open-policy-agent/opa-wasm',
);

/** The ABI's `builtins()` is the address of a JSON object from name to number. */
function requiredBuiltIns(policy: LoadedPolicy): readonly string[] {
  // border: the SDK keeps an Instance here whenever it was given a Module; the ABI fixes these two exports.
  const { exports } = policy.wasmInstance as WebAssembly.Instance;
  const { builtins, opa_json_dump: dump } = exports as Record<string, (address?: number) => number>;
  if (builtins === undefined || dump === undefined) return [];
  const bytes = new Uint8Array(policy.mem.buffer);
  const start = dump(builtins());
  const text = new TextDecoder().decode(bytes.subarray(start, bytes.indexOf(0, start)));
  return Object.keys(JSON.parse(text)).sort();
}
