import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findGo, goEnvironment } from '../cluster/go-toolchain.ts';

const SOURCES = fileURLToPath(new URL('reference/', import.meta.url));
const LONGEST_BUILD = 30 * 60_000;

/** The path of the Go reference: built once for each state of its sources, and kept in the user's cache. */
export async function ensureReference(): Promise<string> {
  const go = await findGo();
  const digest = createHash('sha256').update(`${go.version} ${go.platform}`);
  for (const file of (await readdir(SOURCES)).sort()) digest.update(await readFile(join(SOURCES, file)));
  const userCache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const directory = join(userCache, 'code-operator', 'bench-reference', digest.digest('hex'));
  const path = join(directory, 'reference');
  if (existsSync(path)) return path;
  console.log('building the Go reference: 1 to 10 minutes, once');
  await mkdir(directory, { recursive: true });
  // Built beside its place and renamed, so that the cache never holds a broken one.
  const beside = `${path}.${process.pid}`;
  const parameters = ['build', '-mod=readonly', '-trimpath', '-ldflags', '-s -w', '-o', beside, '.'];
  await promisify(execFile)('go', parameters, { cwd: SOURCES, env: goEnvironment(), timeout: LONGEST_BUILD });
  await rename(beside, path);
  return path;
}
