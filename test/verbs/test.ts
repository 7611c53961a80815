/**
 * `npm test`: builds what the tests need, then every check and every test of every level, with coverage; the last line is
 * the sum. `npm test -- --level=unit` runs one level, and further arguments go to mocha.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureBinaries } from '../cluster/binaries.ts';
import { ensurePolicyBundle, runPolicyTests } from './build-policy.ts';
import { ensureWasm } from './build-wasm.ts';
import { cargoTest } from './cargo-test.ts';
import { check } from './check.ts';
import { leftoverProcesses } from './leftover-processes.ts';
import { filesOf, LEVELS, type Level, mochaJobs } from './mocha-jobs.ts';
import { nodeBinary, projectRoot, tool } from './project.ts';
import { runCommand } from './run-command.ts';
import { runMocha } from './run-mocha.ts';
import { add, noTests, type Tally } from './tally.ts';

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
// What mocha is told, such as what to grep for, seldom needs more than one plane.
const jobs = mochaArguments.length > 0 ? [{ name: 'all', files: levels.flatMap(filesOf) }] : await mochaJobs(levels);
tally = add(tally, whole ? await withCoverage() : await runMocha(jobs, { parameters: mochaArguments }));
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

/** Every process of the tests, the operators too, leaves its coverage; it is judged when all have run. */
async function withCoverage(): Promise<Tally> {
  const left = join(projectRoot, 'coverage', 'tmp');
  await rm(left, { recursive: true, force: true });
  const counted = await runMocha(jobs, { parameters: mochaArguments, env: { NODE_V8_COVERAGE: left } });
  const report = [tool('c8/bin/c8.js'), 'report', '--check-coverage', '--lines', COVERAGE_FLOOR];
  const { code } = await runCommand(nodeBinary, report, { cwd: projectRoot });
  return code === 0 ? counted : add(counted, { passed: 0, failed: 1, skipped: 0 });
}
