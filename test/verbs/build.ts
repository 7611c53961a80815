/** What the operator needs beside its source: the WebAssembly of the numeric core and the policy bundle. For the image. */
import { ensurePolicyBundle } from './build-policy.ts';
import { ensureWasm } from './build-wasm.ts';

await ensureWasm();
await ensurePolicyBundle();
