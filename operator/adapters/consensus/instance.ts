import { pathToFileURL } from 'node:url';

/** One instance of the module: JSON bytes in, JSON bytes out. A trap is thrown, and the instance is then good for nothing. */
export interface Instance {
  decide(request: Uint8Array): Uint8Array;
}

/** Everything the module can do; the other two exports have the same shape. */
export interface EngineModule extends Instance {
  /** What a panel's graded history says of it. */
  calibrate(request: Uint8Array): Uint8Array;
  /** How alike texts are. */
  compare(request: Uint8Array): Uint8Array;
}

/** The glue that wasm-bindgen writes. */
interface Glue extends EngineModule {
  initSync(options: { readonly module: WebAssembly.Module }): unknown;
}

/**
 * A fresh instance. The glue holds its instance in the module's scope, so each needs a copy of the glue of its own, which
 * the loader makes for every different URL.
 */
export async function freshInstance(glue: string, module: WebAssembly.Module, copy: number): Promise<EngineModule> {
  // border: the build made this file with these exports
  const copied = (await import(`${pathToFileURL(glue).href}?copy=${copy}`)) as Glue;
  copied.initSync({ module });
  return copied;
}
