import { existsSync, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
/** Containers often have 64 MB there, which etcd fills in a minute. */
const ENOUGH = 4 * 1024 ** 3;

/** A fresh directory for one plane, in memory where there is room for it. */
export function createPlaneDirectory(): string {
  return mkdtempSync(join(hasRoom() ? MEMORY : tmpdir(), 'code-plane-'));
}

function hasRoom(): boolean {
  if (!existsSync(MEMORY)) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= ENOUGH;
}
