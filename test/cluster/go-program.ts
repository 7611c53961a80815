/**
 * A program built from a Go module that pins it, kept in the user's cache. It is built beside its place and renamed into it,
 * so the cache never holds a broken one, and two clones may build at once: a lock lets the second wait for the first.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withFileLock } from './file-lock.ts';
import { findGo, goEnvironment } from './go-toolchain.ts';
import { logTail } from './log-tail.ts';
import { PlaneError } from './plane-error.ts';
import type { Progress } from './progress.ts';
import { Supervisor } from './supervisor.ts';

export interface GoProgram {
  readonly name: string;
  readonly package: string;
  /** The folder of the go.mod that pins it. */
  readonly module: string;
  readonly linkerFlags: string;
  /** Told while it is built: which of how many it is, of what, and how long that takes. */
  readonly place: string;
  readonly whole: string;
  readonly duration: string;
}

const EVERY_SECOND = 1_000;
const BUILD_DEADLINE = 45 * 60_000;

/** The path of the program, built if the cache lacks it; silent when it does not. */
export async function ensureGoProgram(program: GoProgram, progress: Progress): Promise<string> {
  const directory = await cacheDirectory(program.module);
  const path = join(directory, program.name);
  if (existsSync(path)) return path;
  await mkdir(directory, { recursive: true });
  const waiting = (owner: string) =>
    progress.line(`another process (${owner}) is building ${program.whole}; waiting for it`);
  await withFileLock(join(directory, 'lock'), BUILD_DEADLINE, waiting, async () => {
    if (!existsSync(path)) await build(directory, program, progress);
  });
  return path;
}

async function build(directory: string, program: GoProgram, progress: Progress): Promise<void> {
  const { name, place, whole, duration } = program;
  const start = performance.now();
  const elapsed = () => `${Math.round((performance.now() - start) / 1000)} s`;
  progress.line(`building ${name}${place} of ${whole}; ${duration}, once`);
  const tell = () => progress.passing(`building ${name}${place}: ${elapsed()}; ${duration}, once`);
  const telling = setInterval(tell, EVERY_SECOND);
  const beside = await mkdtemp(join(directory, 'building-'));
  const supervisor = new Supervisor(beside);
  try {
    const log = join(beside, 'log');
    const output = join(beside, name);
    const flags = ['-mod=readonly', '-trimpath', '-ldflags', program.linkerFlags];
    const go = await supervisor.start({
      name: 'go build',
      program: 'go',
      parameters: ['build', ...flags, '-o', output, program.package],
      environment: goEnvironment(),
      directory: program.module,
      log,
    });
    const exit = await go.exit;
    if (exit.code !== 0) throw new PlaneError(`could not build ${name}; go build said:\n${logTail(log)}`);
    await rename(output, join(directory, name));
    progress.line(`built ${name}${place} in ${elapsed()}`);
  } finally {
    clearInterval(telling);
    await supervisor.stop();
  }
}

/** One folder for each set of pins and own sources, Go version and platform: an old clone keeps finding its own. */
async function cacheDirectory(module: string): Promise<string> {
  const go = await findGo();
  const digest = createHash('sha256');
  const sources = (await readdir(module)).filter((file) => file.endsWith('.go')).sort();
  for (const file of ['go.mod', 'go.sum', ...sources]) digest.update(await readFile(join(module, file)));
  digest.update(`${go.version} ${go.platform}`);
  const userCache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(userCache, 'code-operator', 'cluster', digest.digest('hex'));
}
