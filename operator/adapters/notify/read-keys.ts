import { readFile } from 'node:fs/promises';
import { Upstream } from '../../api/errors.ts';

const PREFIX = 'whsec_';
const KEYS_AT_MOST = 2;
const LONGEST = 4_096;

/** The lines of a key file, one or two. @throws Upstream without a word of what it holds. */
export async function readKeys(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Upstream('KeyUnreadable', `the key file ${path} cannot be read; mount it`, { cause });
  });
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (text.length <= LONGEST && lines.length > 0 && lines.length <= KEYS_AT_MOST) return lines;
  throw new Upstream('KeyUnusable', `the key file ${path} has to hold one key, or two while they change, a line each`);
}

/** The bytes of a signing key: `whsec_` and 24 to 64 bytes in base64. @throws Upstream as above. */
export function signingKey(line: string): Uint8Array {
  const bytes = line.startsWith(PREFIX) ? Buffer.from(line.slice(PREFIX.length), 'base64') : Buffer.alloc(0);
  if (bytes.length >= 24 && bytes.length <= 64) return bytes;
  throw new Upstream('KeyUnusable', `a signing key has to be ${PREFIX} and 24 to 64 bytes in base64`);
}
