import { join } from 'node:path';
import { projectRoot } from './project.ts';
import { runCommand } from './run-command.ts';
import type { Tally } from './tally.ts';

const RESULT = /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/gm;

/** `cargo test` of the whole workspace, with its result lines summed; a build that fails is one failure. */
export async function cargoTest(): Promise<Tally> {
  const cwd = join(projectRoot, 'rust-wasm');
  const { code, output } = await runCommand('cargo', ['test', '--quiet', '--workspace'], { cwd, output: 'collect' });
  const tally = { passed: 0, failed: 0, skipped: 0 };
  for (const [, passed, failed, ignored] of output.matchAll(RESULT)) {
    tally.passed += Number(passed);
    tally.failed += Number(failed);
    tally.skipped += Number(ignored);
  }
  if (code !== 0) {
    console.error(output);
    tally.failed = Math.max(1, tally.failed);
  }
  console.log(`cargo test: ${tally.passed} passed, ${tally.failed} failed`);
  return tally;
}
