/**
 * The programs of the throw-away plane, built from the Go modules that go.mod pins and kept in the user's cache.
 * A program is built beside its place and renamed into it, so the cache never holds a broken one, and two clones may
 * build at once: a lock lets the second wait for the first.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withFileLock } from './file-lock.ts';
import { findGo, goEnvironment, moduleDirectory } from './go-toolchain.ts';
import { logTail } from './log-tail.ts';
import { PlaneError } from './plane-error.ts';
import { type Progress, progressOn } from './progress.ts';
import { Supervisor } from './supervisor.ts';

/** Where each program comes from, in the order in which they are built. */
const PACKAGES = {
  opa: 'github.com/open-policy-agent/opa',
  etcd: 'go.etcd.io/etcd/server/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
  kwok: 'sigs.k8s.io/kwok/cmd/kwok',
} as const;

export type BinaryName = keyof typeof PACKAGES;
/** The path of each program. */
export type Binaries = Readonly<Record<BinaryName, string>>;

// Object.keys returns string[]; these are the keys of the constant above.
const NAMES = Object.keys(PACKAGES) as BinaryName[];
const EVERY_SECOND = 1_000;
const BUILD_DEADLINE = 45 * 60_000;

/** Builds what the cache does not hold yet and returns the paths of all programs; silent when nothing is missing. */
export async function ensureBinaries(progress: Progress = progressOn(process.stderr)): Promise<Binaries> {
  const directory = await cacheDirectory();
  for (const name of NAMES) await ensure(directory, name, progress);
  // fromEntries loses the key type; NAMES are exactly the keys.
  return Object.fromEntries(NAMES.map((name) => [name, join(directory, name)])) as Binaries;
}

/** The path of one program, built if need be. */
export async function ensureBinary(name: BinaryName, progress: Progress = progressOn(process.stderr)): Promise<string> {
  return ensure(await cacheDirectory(), name, progress);
}

async function ensure(directory: string, name: BinaryName, progress: Progress): Promise<string> {
  const path = join(directory, name);
  if (existsSync(path)) return path;
  await mkdir(directory, { recursive: true });
  const waiting = (owner: string) =>
    progress.line(`another process (${owner}) is building the control plane; waiting for it`);
  await withFileLock(join(directory, 'lock'), BUILD_DEADLINE, waiting, async () => {
    if (!existsSync(path)) await build(directory, name, progress);
  });
  return path;
}

async function build(directory: string, name: BinaryName, progress: Progress): Promise<void> {
  const title = `${name} (${NAMES.indexOf(name) + 1} of ${NAMES.length})`;
  const start = performance.now();
  const elapsed = () => `${Math.round((performance.now() - start) / 1000)} s`;
  const tell = () =>
    progress.passing(`building ${title}: ${elapsed()}; all ${NAMES.length} take 7 to 20 minutes, once`);
  progress.line(`building ${title} of the control plane; all ${NAMES.length} take 7 to 20 minutes, once`);
  const telling = setInterval(tell, EVERY_SECOND);
  const beside = await mkdtemp(join(directory, 'building-'));
  const supervisor = new Supervisor(beside);
  try {
    const log = join(beside, 'log');
    const output = join(beside, name);
    const go = await supervisor.start({
      name: 'go build',
      program: 'go',
      parameters: [
        'build',
        '-mod=readonly',
        '-trimpath',
        '-ldflags',
        await linkerFlags(),
        '-o',
        output,
        PACKAGES[name],
      ],
      environment: goEnvironment(),
      directory: moduleDirectory,
      log,
    });
    const exit = await go.exit;
    if (exit.code !== 0) throw new PlaneError(`could not build ${name}; go build said:\n${logTail(log)}`);
    await rename(output, join(directory, name));
    progress.line(`built ${title} in ${elapsed()}`);
  } finally {
    clearInterval(telling);
    await supervisor.stop();
  }
}

/** Without these the API server answers /version with v0.0.0. */
async function linkerFlags(): Promise<string> {
  const pins = await readFile(join(moduleDirectory, 'go.mod'), 'utf8');
  const [, version = '', major = '', minor = ''] = /k8s\.io\/kubernetes (v(\d+)\.(\d+)\.\d+)/.exec(pins) ?? [];
  const stamps = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((path) => [
    `-X ${path}.gitVersion=${version}`,
    `-X ${path}.gitMajor=${major}`,
    `-X ${path}.gitMinor=${minor}`,
  ]);
  return ['-s -w', ...stamps].join(' ');
}

/** One folder for each set of pins, Go version and platform: an old clone keeps finding its own. */
async function cacheDirectory(): Promise<string> {
  const go = await findGo();
  const digest = createHash('sha256');
  for (const file of ['go.mod', 'go.sum']) digest.update(await readFile(join(moduleDirectory, file)));
  digest.update(`${go.version} ${go.platform}`);
  const userCache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(userCache, 'code-operator', 'cluster', digest.digest('hex'));
}
