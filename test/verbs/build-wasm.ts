/** Builds the numeric core as WebAssembly into `build/wasm/`, unless it is there already, of these sources and tools. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withFileLock } from '../cluster/file-lock.ts';
import { type Progress, progressOn } from '../cluster/progress.ts';
import { projectRoot } from './project.ts';
import { runCommand } from './run-command.ts';
import { ensureWasmTools, type WasmTools } from './wasm-tools.ts';

const sources = join(projectRoot, 'rust-wasm');
const home = join(projectRoot, 'build');
const directory = join(home, 'wasm');
const stamp = join(directory, 'digest');
const BUILD_DEADLINE = 20 * 60_000;

export interface WasmBuild {
  /** The folder that the consensus adapter loads: `engine.js` and `engine_bg.wasm`. */
  readonly directory: string;
  /** The WebAssembly module. */
  readonly module: string;
}

/** The built module, built if need be; silent when nothing is to be done. Two processes may ask at once. */
export async function ensureWasm(progress: Progress = progressOn(process.stderr)): Promise<WasmBuild> {
  const tools = await ensureWasmTools(progress);
  const digest = await sourceDigest(tools);
  if (!(await isBuilt(digest))) {
    await mkdir(home, { recursive: true });
    const waiting = (owner: string) => progress.line(`another process (${owner}) is building the wasm; waiting for it`);
    await withFileLock(join(home, 'wasm.lock'), BUILD_DEADLINE, waiting, async () => {
      if (!(await isBuilt(digest))) await build(tools, digest, progress);
    });
  }
  return { directory, module: join(directory, 'engine_bg.wasm') };
}

async function isBuilt(digest: string): Promise<boolean> {
  return existsSync(stamp) && (await readFile(stamp, 'utf8')) === digest;
}

async function sourceDigest(tools: WasmTools): Promise<string> {
  const entries = await readdir(sources, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && /\.(rs|toml|lock)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !relative(sources, path).startsWith('target'))
    .sort();
  const digest = createHash('sha256').update(tools.versions);
  for (const file of files) digest.update(`\n${relative(sources, file)}\n`).update(await readFile(file));
  return digest.digest('hex');
}

async function build(tools: WasmTools, digest: string, progress: Progress): Promise<void> {
  progress.line('building the consensus engine as WebAssembly (about 30 s)');
  const start = performance.now();
  const beside = await mkdtemp(join(home, 'wasm-'));
  try {
    const options = ['--target', 'web', '--release', '--mode', 'no-install', '--no-pack', '--no-typescript'];
    const output = ['--out-dir', beside, '--out-name', 'engine'];
    const parameters = ['build', join(sources, 'bindings'), ...options, ...output, '--', '--locked'];
    // wasm-pack looks for wasm-bindgen on PATH; ours is the pinned one.
    const env = { PATH: `${tools.directory}:${process.env['PATH'] ?? ''}` };
    const program = join(tools.directory, 'wasm-pack');
    const result = await runCommand(program, parameters, { cwd: sources, env, output: 'collect' });
    if (result.code !== 0) throw new Error(`could not build the consensus engine; wasm-pack said:\n${result.output}`);
    await writeFile(join(beside, 'digest'), digest);
    await rm(directory, { recursive: true, force: true });
    await rename(beside, directory);
    progress.line(`built the consensus engine in ${Math.round((performance.now() - start) / 1000)} s`);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log((await ensureWasm()).module);
