/**
 * `npm test`: builds what the tests need, then every check and every test of every level, with coverage; the last line is
 * the sum. `npm test -- --level=unit` runs one level, and further arguments go to mocha.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBinaries } from '../cluster/binaries.ts';
import { ensurePolicyBundle, runPolicyTests } from './build-policy.ts';
import { ensureWasm } from './build-wasm.ts';
import { cargoTest } from './cargo-test.ts';
import { check } from './check.ts';
import { leftoverProcesses, runMark } from './leftover-processes.ts';
import { nodeBinary, projectRoot, tool } from './project.ts';
import { runCommand } from './run-command.ts';
import { add, noTests, type Tally } from './tally.ts';

const LEVELS = {
  unit: 'test/unit',
  contracts: 'test/contracts',
  scenarios: 'test/scenarios',
  cluster: 'test/e2e',
} as const;
type Level = keyof typeof LEVELS;
const COVERAGE_FLOOR = '90';
const HARD_STOP = 80 * 60_000;

const { levels, whole, mochaArguments } = parse(process.argv.slice(2));
setTimeout(() => {
  console.error('the tests ran for 80 minutes: stopped');
  process.exit(1);
}, HARD_STOP).unref();

let failedChecks = 0;
let tally: Tally = noTests;

await ensureWasm();
await ensurePolicyBundle();
await ensureBinaries();
if (whole) {
  failedChecks = await check();
  tally = add(tally, await cargoTest());
  tally = add(tally, await runPolicyTests());
}
tally = add(tally, await mocha(levels, mochaArguments));
const left = await leftoverProcesses();
for (const process of left) console.error(`left running: ${process}`);

console.log(`${tally.passed} passed, ${tally.failed} failed${tally.skipped > 0 ? `, ${tally.skipped} skipped` : ''}`);
process.exit(tally.failed === 0 && tally.passed > 0 && failedChecks === 0 && left.length === 0 ? 0 : 1);

function parse(parameters: readonly string[]) {
  const named = parameters
    .filter((parameter) => parameter.startsWith('--level='))
    .map((p) => p.slice('--level='.length));
  const unknown = named.find((name) => !(name in LEVELS));
  if (unknown !== undefined) {
    console.error(`unknown level ${unknown}: use one of ${Object.keys(LEVELS).join(', ')}`);
    process.exit(2);
  }
  const chosen = named.length > 0 ? named : Object.keys(LEVELS);
  return {
    levels: chosen as Level[], // border: every name was just checked
    whole: named.length === 0,
    mochaArguments: parameters.filter((parameter) => !parameter.startsWith('--level=')),
  };
}

/** Mocha over the folders of the levels, under c8 when all run; a run that dies without a tally counts as one failure. */
async function mocha(chosen: readonly Level[], parameters: readonly string[]): Promise<Tally> {
  const directory = await mkdtemp(join(tmpdir(), 'code-tally-'));
  const file = join(directory, 'tally.json');
  const globs = chosen.map((level) => `${LEVELS[level]}/**/*.test.ts`);
  const run = [tool('mocha/bin/mocha.js'), '--reporter', 'test/support/tally-reporter.cjs', ...globs, ...parameters];
  const coverage = whole ? [tool('c8/bin/c8.js'), '--check-coverage', '--lines', COVERAGE_FLOOR, nodeBinary] : [];
  try {
    const env = { CODE_TALLY: file, CODE_TEST_RUN: runMark };
    const { code } = await runCommand(nodeBinary, [...coverage, ...run], { cwd: projectRoot, env });
    const counted = JSON.parse(await readFile(file, 'utf8')) as Tally; // border: our own reporter wrote it
    return code === 0 || counted.failed > 0 ? counted : add(counted, { passed: 0, failed: 1, skipped: 0 });
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
