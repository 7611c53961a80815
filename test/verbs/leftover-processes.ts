import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';

/** In the environment of everything that a test run starts, so that what it leaves behind can be found. */
export const runMark = randomUUID();

/** The command lines of processes of this run that still live (Linux only; elsewhere nothing is found). */
export async function leftoverProcesses(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    try {
      if (!(await readFile(`/proc/${entry}/environ`, 'utf8')).includes(`CODE_TEST_RUN=${runMark}`)) continue;
      found.push(`${entry} ${(await readFile(`/proc/${entry}/cmdline`, 'utf8')).replaceAll('\0', ' ').slice(0, 200)}`);
    } catch {
      // The process ended while it was looked at, or belongs to somebody else: not ours to name.
    }
  }
  return found;
}
