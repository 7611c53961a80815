/**
 * The Rust programs that make the wasm: the pinned toolchain with its wasm target by rustup, wasm-pack and wasm-bindgen
 * built from crates.io into the user's cache (npm's wasm-pack downloads a binary when it is installed; we do not).
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { withFileLock } from '../cluster/file-lock.ts';
import type { Progress } from '../cluster/progress.ts';
import { projectRoot } from './project.ts';
import { runCommand } from './run-command.ts';

/** wasm-bindgen must be the version of rust-wasm/Cargo.lock: the glue and the crate check each other. */
const PROGRAMS = { 'wasm-pack': '0.15.0', 'wasm-bindgen-cli': '0.2.128' } as const;
const TARGET = 'wasm32-unknown-unknown';
const RUSTUP = 'https://rustup.rs';
const BUILD_DEADLINE = 20 * 60_000;

export interface WasmTools {
  /** The folder of both programs. */
  readonly directory: string;
  /** Names the toolchain and every program, for digests. */
  readonly versions: string;
}

/** Installs what is missing; silent when nothing is. */
export async function ensureWasmTools(progress: Progress): Promise<WasmTools> {
  const channel = await pinnedChannel();
  await ensureToolchain(channel, progress);
  const names = Object.entries(PROGRAMS).map(([name, version]) => `${name}-${version}`);
  const userCache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const root = join(userCache, 'code-operator', 'cargo', names.join('+'));
  if (!existsSync(root)) await install(root, progress);
  return { directory: join(root, 'bin'), versions: [channel, ...names].join(' ') };
}

async function pinnedChannel(): Promise<string> {
  const pin = await readFile(join(projectRoot, 'rust-wasm', 'rust-toolchain.toml'), 'utf8');
  const channel = /^channel = "([^"]+)"/m.exec(pin)?.[1];
  if (channel === undefined) throw new Error('rust-wasm/rust-toolchain.toml names no channel');
  return channel;
}

/** rustup adds the toolchain and its wasm target; both answer at once when they are there. */
async function ensureToolchain(channel: string, progress: Progress): Promise<void> {
  const installed = await rustup(['toolchain', 'list'], channel);
  if (!installed.includes(`${channel}-`)) {
    progress.line(`installing Rust ${channel} with rustup (about a minute, once)`);
    await rustup(['toolchain', 'install', channel, '--profile', 'minimal', '--component', 'clippy,rustfmt'], channel);
  }
  const targets = await rustup(['target', 'list', '--installed', '--toolchain', channel], channel);
  if (!targets.includes(TARGET)) await rustup(['target', 'add', TARGET, '--toolchain', channel], channel);
}

async function rustup(parameters: readonly string[], channel: string): Promise<string> {
  const advice = `install rustup from ${RUSTUP} and put it on PATH; it brings Rust ${channel}, which builds the consensus engine`;
  const { code, output } = await runCommand('rustup', parameters, { output: 'collect' }).catch((cause: Error) => {
    throw new Error(`could not find Rust: ${cause.message}; ${advice}`, { cause });
  });
  if (code !== 0) throw new Error(`rustup ${parameters.join(' ')} failed; it said:\n${output}`);
  return output;
}

/** Builds both programs beside their place and renames: a broken build leaves nothing, a second process waits. */
async function install(root: string, progress: Progress): Promise<void> {
  await mkdir(dirname(root), { recursive: true });
  const waiting = (owner: string) => progress.line(`another process (${owner}) is building wasm-pack; waiting for it`);
  await withFileLock(`${root}.lock`, BUILD_DEADLINE, waiting, async () => {
    if (existsSync(root)) return;
    const beside = await mkdtemp(`${root}.building-`);
    try {
      for (const [name, version] of Object.entries(PROGRAMS)) await installProgram(name, version, beside, progress);
      await rename(beside, root);
    } finally {
      await rm(beside, { recursive: true, force: true });
    }
  });
}

async function installProgram(name: string, version: string, root: string, progress: Progress): Promise<void> {
  progress.line(`building ${name} ${version} with cargo (2 to 4 minutes, once)`);
  const start = performance.now();
  const parameters = ['install', name, '--version', version, '--locked', '--quiet', '--root', root];
  const telling = setInterval(() => {
    progress.passing(
      `building ${name} ${version}: ${Math.round((performance.now() - start) / 1000)} s; alone on two cores it takes 100 to 220`,
    );
  }, 1_000);
  // The pinned toolchain builds them, whatever the machine's default is: they are run from the crate's folder.
  const cwd = join(projectRoot, 'rust-wasm');
  const { code, output } = await runCommand('cargo', parameters, { cwd, output: 'collect' }).finally(() =>
    clearInterval(telling),
  );
  if (code !== 0) throw new Error(`could not build ${name} ${version}; cargo said:\n${output}`);
}
