/**
 * `config/policies` as one WebAssembly bundle in `build/policy`, with a manifest that says what it is. It is built again
 * only when a policy or the pinned `opa` changes; every `decision` found in the folder is an entry point.
 */
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { instantiate } from '../../operator/adapters/policy/instantiate.ts';
import { type Manifest, parseManifest } from '../../operator/adapters/policy/manifest.ts';
import { ensureBinary } from '../cluster/binaries.ts';
import { projectRoot } from './project.ts';
import { runCommand } from './run-command.ts';
import type { Tally } from './tally.ts';

const policies = join(projectRoot, 'config', 'policies');
const output = join(projectRoot, 'build', 'policy');
const COVERAGE_FLOOR = '90';
const TESTS_ONLY = ['--ignore', '*_test.rego'];
/** The image runs as another user than the one who built. */
const READABLE_BY_ALL = 0o644;
const NEGATION_IMPORT = 'import future.keywords.not';
/** As code: not in a comment, not inside a text. */
const NEGATION = /^[^#"]*\bnot\s/m;
/** Folders whose files are read by steps and are none themselves. */
const SHARED = ['lib', 'packs'];

export interface PolicyBundle {
  /** Path of the WebAssembly module; its manifest lies beside it. */
  readonly wasm: string;
  /** SHA-256 of the module. */
  readonly digest: string;
  /** Of every step that has a policy, such as `code/deployment/roll_out/decision`. */
  readonly entryPoints: readonly string[];
}

/** The bundle of the platform's policies, built if need be. @throws Error saying what `opa` said. */
export async function ensurePolicyBundle(): Promise<PolicyBundle> {
  const sources = await sourceDigest(policies);
  const wasm = join(output, 'policy.wasm');
  const known = parseManifest(await readFile(join(output, 'manifest.json'), 'utf8').catch(() => ''));
  if (known?.sources === sources && (await sha256(wasm).catch(() => '')) === known.wasm)
    return { wasm, digest: known.wasm, entryPoints: known.entryPoints };
  return buildPolicyBundle(policies, output);
}

/** Compiles a folder of policies into `<target>/policy.wasm` and `<target>/manifest.json`. */
export async function buildPolicyBundle(folder: string, target: string): Promise<PolicyBundle> {
  const opa = await ensureBinary('opa');
  const entryPoints = await findEntryPoints(folder);
  const forgetful = await filesThatLoseNegations(folder);
  if (forgetful.length > 0) throw new Error(`the policies could not be built; ${toldOf(forgetful)}`);
  await mkdir(target, { recursive: true });
  const beside = await mkdtemp(join(target, 'building-'));
  try {
    await run(opa, ['check', '--strict', folder]);
    const bundle = join(beside, 'bundle.tar.gz');
    const entries = entryPoints.flatMap((entryPoint) => ['-e', entryPoint]);
    await run(opa, ['build', '-t', 'wasm', '--prune-unused', ...TESTS_ONLY, ...entries, '-o', bundle, folder]);
    await run('tar', ['-xzf', bundle, '-C', beside]);
    const built = join(beside, 'policy.wasm');
    refuseForeignBuiltIns(await readFile(built));
    const manifest: Manifest = { wasm: await sha256(built), sources: await sourceDigest(folder), entryPoints };
    await writeFile(join(beside, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
    const wasm = join(target, 'policy.wasm');
    await chmod(built, READABLE_BY_ALL);
    await rename(built, wasm);
    await rename(join(beside, 'manifest.json'), join(target, 'manifest.json'));
    return { wasm, digest: manifest.wasm, entryPoints };
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

/** `opa check --strict` and `opa fmt`: false, and told, when a policy is wrong or not formatted. */
export async function checkPolicies(): Promise<boolean> {
  const opa = await ensureBinary('opa');
  const strict = await runCommand(opa, ['check', '--strict', policies]);
  const format = await runCommand(opa, ['fmt', '--diff', '--fail', policies]);
  const forgetful = await filesThatLoseNegations(policies);
  if (forgetful.length > 0) console.error(toldOf(forgetful));
  return strict.code === 0 && format.code === 0 && forgetful.length === 0;
}

/** The policies' own tests, natively; too little coverage counts as one failure. */
export async function runPolicyTests(): Promise<Tally> {
  const opa = await ensureBinary('opa');
  const collect = { output: 'collect' } as const;
  const tests = await runCommand(opa, ['test', '--fail-on-empty', '--format', 'json', policies], collect);
  const tally = { passed: 0, failed: 0, skipped: 0 };
  for (const test of parseResults(tests.output)) {
    if (test.skip) tally.skipped += 1;
    else if (test.fail || test.error) tally.failed += 1;
    else tally.passed += 1;
  }
  if (tests.code !== 0) {
    tally.failed = Math.max(1, tally.failed);
    console.error((await runCommand(opa, ['test', policies], collect)).output);
  }
  const coverage = await runCommand(opa, ['test', '--coverage', '--threshold', COVERAGE_FLOOR, policies], collect);
  if (coverage.code !== 0) {
    tally.failed += 1;
    console.error(coverage.output);
  }
  console.log(`opa test: ${tally.passed} passed, ${tally.failed} failed`);
  return tally;
}

interface TestResult {
  readonly fail?: boolean;
  readonly skip?: boolean;
  readonly error?: unknown;
}

function parseResults(output: string): readonly TestResult[] {
  try {
    return JSON.parse(output) as readonly TestResult[]; // border: the documented output of `opa test --format json`
  } catch {
    return [];
  }
}

/** What the WebAssembly does not carry the host would have to bring: it would throw at the first call. */
function refuseForeignBuiltIns(wasm: Uint8Array<ArrayBuffer>): void {
  const foreign = instantiate(new WebAssembly.Module(wasm)).requiredBuiltIns();
  if (foreign.length === 0) return;
  throw new Error(
    `the policies call built-ins that the WebAssembly does not carry: ${foreign.join(', ')}; config/policies/lib/actions.rego says which to use`,
  );
}

/** Without the import `not f(input.x)` is undefined, not true, where `input.x` is missing: a deny behind it is silent. */
async function filesThatLoseNegations(folder: string): Promise<readonly string[]> {
  const texts = await Promise.all(
    (await sourcesOf(folder)).map(async (file) => [file, await readFile(join(folder, file), 'utf8')] as const),
  );
  return texts.filter(([, text]) => NEGATION.test(text) && !text.includes(NEGATION_IMPORT)).map(([file]) => file);
}

const toldOf = (files: readonly string[]): string =>
  `add \`${NEGATION_IMPORT}\` to ${files.join(', ')}: a negation over a missing field is lost without it`;

async function findEntryPoints(folder: string): Promise<readonly string[]> {
  return (await sourcesOf(folder))
    .filter((file) => !file.endsWith('_test.rego') && !SHARED.includes(file.split('/')[0] ?? ''))
    .map((file) => `code/${file.replace(/\.rego$/, '').replaceAll('-', '_')}/decision`);
}

/** Paths within the folder, in an order that does not depend on the machine. */
async function sourcesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.rego'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** Over every policy and the pin of the compiler. */
async function sourceDigest(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const pins = await readFile(join(projectRoot, 'test', 'cluster', 'go.mod'), 'utf8');
  hash.update(/open-policy-agent\/opa v\S+/.exec(pins)?.[0] ?? 'opa');
  for (const file of await sourcesOf(folder)) {
    hash.update(`\0${file}\0`).update(await readFile(join(folder, file)));
  }
  return hash.digest('hex');
}

const sha256 = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

async function run(program: string, parameters: readonly string[]): Promise<void> {
  const { code, output: said } = await runCommand(program, parameters, { output: 'collect' });
  if (code !== 0) throw new Error(`the policies could not be built; ${parameters[0]} said:\n${said}`);
}
