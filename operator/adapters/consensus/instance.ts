import { pathToFileURL } from 'node:url';

/** One instance of the module: JSON bytes in, JSON bytes out. A trap is thrown, and the instance is then good for nothing. */
export interface Instance {
  decide(request: Uint8Array): Uint8Array;
}

/** The glue that wasm-bindgen writes. */
interface Glue extends Instance {
  initSync(options: { readonly module: WebAssembly.Module }): unknown;
}

/**
 * A fresh instance. The glue holds its instance in the module's scope, so each needs a copy of the glue of its own, which
 * the loader makes for every different URL.
 */
export async function freshInstance(glue: string, module: WebAssembly.Module, copy: number): Promise<Instance> {
  // border: the build made this file with these exports
  const copied = (await import(`${pathToFileURL(glue).href}?copy=${copy}`)) as Glue;
  copied.initSync({ module });
  return copied;
}
