/**
 * `npm run behaviours [-- NUMBER...]`: runs the tests that show what a delivery promises and prints the promises with what was
 * measured beside each target. The exit code is 1 when a test failed or a promise was not shown.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { behaviours } from '../behaviours/behaviours.ts';
import { shownBy, tableOf } from '../behaviours/table.ts';
import { ensureBinaries } from '../cluster/binaries.ts';
import type { Figure } from '../support/figure.ts';
import { ensurePolicyBundle } from './build-policy.ts';
import { ensureWasm } from './build-wasm.ts';
import { nodeBinary, projectRoot, tool } from './project.ts';
import { runCommand } from './run-command.ts';

interface MochaReport {
  readonly passes: readonly { readonly fullTitle: string }[];
  readonly failures: readonly { readonly fullTitle: string; readonly err: { readonly message?: string } }[];
}

const known = new Map(behaviours.map((behaviour, index) => [index + 1, behaviour]));
const asked = process.argv.slice(2).map(Number);
const unknown = asked.find((number) => !known.has(number));
if (unknown !== undefined) {
  console.error(`there is no behaviour ${unknown}: they are numbered from 1 to ${known.size}`);
  process.exit(2);
}
const chosen = new Map([...known].filter(([number]) => asked.length === 0 || asked.includes(number)));

await ensureWasm();
await ensurePolicyBundle();
await ensureBinaries();
const directory = await mkdtemp(join(tmpdir(), 'code-behaviours-'));
try {
  const [report, figures] = [join(directory, 'report.json'), join(directory, 'figures.jsonl')];
  console.log(`running the tests of ${chosen.size} behaviours; all of them take about ten minutes ...`);
  const parameters = [
    tool('mocha/bin/mocha.js'),
    ...['--reporter', 'json', '--reporter-option', `output=${report}`],
    ...['--grep', `\\bB(${[...chosen.keys()].join('|')})\\b`],
    'test/{unit,contracts,e2e}/**/*.test.ts',
  ];
  await runCommand(nodeBinary, parameters, { cwd: projectRoot, env: { CODE_FIGURES: figures }, output: 'collect' });
  const { passes, failures } = JSON.parse(await readFile(report, 'utf8')) as MochaReport; // border: mocha's own reporter
  const lines = (await readFile(figures, 'utf8').catch(() => '')).trim().split('\n');
  const measured = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Figure); // border: written by figure()
  const shown = {
    passed: passes.map(({ fullTitle }) => fullTitle),
    failed: failures.map(({ fullTitle }) => fullTitle),
  };
  console.log(tableOf(chosen, shown, measured));
  for (const { fullTitle, err } of failures) console.error(`\n${fullTitle}: ${err.message ?? 'failed'}`);
  const missing = [...chosen.keys()].filter(
    (number) => !passes.some(({ fullTitle }) => shownBy(fullTitle).includes(number)),
  );
  process.exitCode = failures.length === 0 && missing.length === 0 ? 0 : 1;
} finally {
  await rm(directory, { recursive: true, force: true });
}
