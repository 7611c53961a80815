import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMark } from './leftover-processes.ts';
import type { MochaJob } from './mocha-jobs.ts';
import { nodeBinary, projectRoot, tool } from './project.ts';
import { runCommand } from './run-command.ts';
import { add, noTests, type Tally } from './tally.ts';

/** Tests of a plane mostly wait, yet two planes are what two cores bear. */
const AT_ONCE = 2;

export interface MochaOptions {
  /** For mocha itself. */
  readonly parameters: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the jobs, a few at once and at last those that must be alone; with more than one, each line of output begins with the name of its job. */
export async function runMocha(jobs: readonly MochaJob[], options: MochaOptions): Promise<Tally> {
  const width = Math.max(...jobs.map(({ name }) => name.length));
  const tallies: Tally[] = [];
  const lane = async (waiting: MochaJob[]): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      const prefix = jobs.length > 1 ? `${job.name.padEnd(width)} | ` : undefined;
      tallies.push(await runJob(job, prefix, options));
    }
  };
  const together = jobs.filter(({ alone }) => alone !== true);
  await Promise.all(Array.from({ length: AT_ONCE }, () => lane(together)));
  await lane(jobs.filter(({ alone }) => alone === true));
  return tallies.reduce(add, noTests);
}

/** A process that dies without a tally counts as one failure. */
async function runJob(
  job: MochaJob,
  prefix: string | undefined,
  { parameters, env = {} }: MochaOptions,
): Promise<Tally> {
  const directory = await mkdtemp(join(tmpdir(), 'code-tally-'));
  const file = join(directory, 'tally.json');
  const run = [
    tool('mocha/bin/mocha.js'),
    '--reporter',
    'test/support/tally-reporter.cjs',
    ...job.files,
    ...parameters,
  ];
  const started = performance.now();
  try {
    const { code } = await runCommand(nodeBinary, run, {
      cwd: projectRoot,
      env: { ...env, CODE_TALLY: file, CODE_TEST_RUN: runMark },
      output: prefix === undefined ? 'inherit' : { prefix },
    });
    const counted = JSON.parse(await readFile(file, 'utf8')) as Tally; // border: our own reporter wrote it
    return code === 0 || counted.failed > 0 ? counted : add(counted, { passed: 0, failed: 1, skipped: 0 });
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    if (prefix !== undefined) console.log(`${prefix}ended after ${Math.round((performance.now() - started) / 1000)} s`);
    await rm(directory, { recursive: true, force: true });
  }
}
