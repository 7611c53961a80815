import { createHash } from 'node:crypto';

/** Version of the hashing rule, stored beside every hash that is kept: raise it when the canonical form changes. */
export const HASH_VERSION = 1;

/**
 * Canonical JSON (RFC 8785): keys sorted by UTF-16 code units, numbers and strings as ECMAScript prints them. Members
 * whose value is `undefined` are absent, as in JSON.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const object: Readonly<Record<string, unknown>> = { ...value };
  let members = '';
  // A hot spot: every pass hashes its plan, and every decision its input.
  for (const key of Object.keys(object).sort()) {
    const member = object[key];
    if (member !== undefined) members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

/** SHA-256 of the canonical JSON, lower-case hexadecimal, 64 characters. */
export function digest(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** The first characters of a digest, for names: 10 hexadecimal characters are 40 bits. */
export function shortHash(value: unknown, length = 10): string {
  return digest(value).slice(0, length);
}

/** `<stem>-<hash>` cut to `limit` characters: the stem gives way, the hash never does (delivery.md section 3). */
export function hashedName(stem: string, hash: string, limit = 63): string {
  const room = limit - hash.length - 1;
  return `${stem.slice(0, room).replace(/[-.]+$/, '')}-${hash}`;
}
