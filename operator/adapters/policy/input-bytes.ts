import type { Json } from '../../core/json.ts';

/** Data costs about 20 times its JSON inside the WebAssembly: this keeps an evaluation far below the memory cap. */
const LARGEST = 256 * 1024;
/** Depth 5,000 overflows the stack of the WebAssembly. */
const DEEPEST = 64;
const LONE_SURROGATE = /\\ud[89a-f][0-9a-f]{2}/;

export type InputBytes =
  | { readonly ok: true; readonly bytes: ArrayBuffer }
  | { readonly ok: false; readonly message: string };

/**
 * The input as the WebAssembly takes it: JSON in UTF-8, within its limits and without half characters, which abort it.
 * Never throws.
 */
export function inputBytes(input: { readonly [key: string]: Json }): InputBytes {
  if (deeperThan(input, DEEPEST)) {
    return {
      ok: false,
      message: `the input is nested deeper than ${DEEPEST} levels; make the planned objects flatter`,
    };
  }
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    const text = JSON.stringify(input);
    bytes = new TextEncoder().encode(LONE_SURROGATE.test(text) ? JSON.stringify(wellFormed(input)) : text);
  } catch {
    return { ok: false, message: 'the input holds something that is not JSON; this is a fault of the operator' };
  }
  if (bytes.byteLength > LARGEST) {
    return {
      ok: false,
      message: `the input has ${bytes.byteLength} bytes and ${LARGEST} are allowed; make the planned objects smaller`,
    };
  }
  return { ok: true, bytes: bytes.buffer };
}

function deeperThan(value: Json, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (levels === 0) return true;
  for (const member of Object.values(value)) {
    if (deeperThan(member, levels - 1)) return true;
  }
  return false;
}

function wellFormed(value: Json): Json {
  if (typeof value === 'string') return value.toWellFormed();
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(wellFormed);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toWellFormed(), wellFormed(member)]));
}

/** `Array.isArray` does not narrow a readonly list. */
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
