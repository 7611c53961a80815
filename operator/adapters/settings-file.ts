import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { InvalidSpec } from '../api/errors.ts';

const LARGEST = 256 * 1024;

/** The content of a settings file (YAML, or JSON as its subset). @throws InvalidSpec when it cannot be read or parsed. */
export async function readSettingsFile(path: string): Promise<unknown> {
  try {
    const text = await readFile(path, 'utf8');
    if (text.length > LARGEST) throw new Error(`it is larger than ${LARGEST} bytes`);
    return parse(text, { maxAliasCount: 0, schema: 'core' });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidSpec('SettingsUnreadable', `the settings file ${path} cannot be read: ${why}`, cause);
  }
}
