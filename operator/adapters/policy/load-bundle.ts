import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PolicyFailureClass } from '../../ports/policy.ts';
import { parseManifest } from './manifest.ts';

/** Raised when the host decides differently over the same bundle: part of the digest that decisions record. */
const HOST_VERSION = 1;

export type Bundle =
  | { readonly ok: true; readonly module: WebAssembly.Module; readonly digest: string }
  | { readonly ok: false; readonly failure: PolicyFailureClass; readonly message: string };

/** Reads `policy.wasm` and the `manifest.json` beside it. Never rejects: without a bundle every question is denied. */
export async function loadBundle(wasm: string): Promise<Bundle> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await readFile(wasm);
  } catch {
    return refused('no-bundle', `the policy bundle ${wasm} cannot be read; build it, or mount it there`);
  }
  const manifest = parseManifest(await readFile(join(dirname(wasm), 'manifest.json'), 'utf8').catch(() => ''));
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (manifest?.wasm !== digest) {
    return refused('bad-signature', `the policy bundle ${wasm} is not the one its manifest.json names; build it again`);
  }
  try {
    const module = new WebAssembly.Module(bytes);
    return { ok: true, module, digest: createHash('sha256').update(`${digest} ${HOST_VERSION}`).digest('hex') };
  } catch {
    return refused('no-bundle', `the policy bundle ${wasm} is no WebAssembly module; build it again`);
  }
}

const refused = (failure: PolicyFailureClass, message: string): Bundle => ({ ok: false, failure, message });
