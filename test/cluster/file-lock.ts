import { randomUUID } from 'node:crypto';
import { link, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { until } from '../support/until.ts';

/** The owner touches its lock this often, and a lock not touched for so long has lost its owner. Milliseconds. */
const TOUCH = 5_000;
const STALE = 30_000;

/**
 * Does `work` while holding a lock file, so that one process at a time does it, on this machine and for this file.
 * A lock whose owner died is taken over; should two take it over at the same instant both do the work, hence the work
 * must end in an atomic rename.
 *
 * @param waiting called once, with the owner's process id, when another process holds the lock
 * @param deadline milliseconds to wait for the lock
 */
export async function withFileLock<T>(
  path: string,
  deadline: number,
  waiting: (owner: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  let told = false;
  await until(`the lock ${path} was free`, deadline, async () => {
    if (await take(path)) return true;
    const owner = await readFile(path, 'utf8').catch(() => undefined);
    if (owner === undefined) return false;
    if (await isAbandoned(path, owner)) await rm(path, { force: true });
    else if (!told) waiting(owner);
    told = true;
    return false;
  });
  const touching = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), TOUCH);
  touching.unref();
  try {
    return await work();
  } finally {
    clearInterval(touching);
    await rm(path, { force: true });
  }
}

/** Linking a written file creates the lock with its content in one step: nobody reads a lock without an owner. */
async function take(path: string): Promise<boolean> {
  const candidate = `${path}.${randomUUID()}`;
  await writeFile(candidate, String(process.pid));
  try {
    await link(candidate, path);
    return true;
  } catch {
    return false;
  } finally {
    await rm(candidate, { force: true });
  }
}

async function isAbandoned(path: string, owner: string): Promise<boolean> {
  const touched = await stat(path).catch(() => undefined);
  return touched !== undefined && (Date.now() - touched.mtimeMs > STALE || !isAlive(Number(owner)));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
