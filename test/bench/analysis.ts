/**
 * How honest the verdicts are: 1,000 labelled deliveries of each kind of data with a good revision and 1,000 with a bad one,
 * a look at each of 60 windows. `CODE_RUNS` and `CODE_SEED` change how many and which. No machine makes these figures
 * better or worse, so a missed goal is exit code 1.
 */
import { fileURLToPath } from 'node:url';
import { simulate, simulations, WINDOWS } from '../unit/analysis/simulation.ts';
import type { Row } from './table.ts';

const SEED = Number(process.env['CODE_SEED'] ?? 11);
const RUNS = Number(process.env['CODE_RUNS'] ?? 1_000);
const MOST_FALSE_ABORTS = 0.01;
const LEAST_DETECTED = 0.95;

/** Prints the table; a missed goal is marked, told again in the rows and in the exit code. */
export async function run(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  console.log(`analysis: ${RUNS} good and ${RUNS} bad deliveries a row, ${WINDOWS} windows, seed ${SEED}`);
  console.log(`${'data'.padEnd(16)}${'false aborts'.padStart(14)}${'detected'.padStart(12)}  at the effect`);
  for (const simulation of simulations) {
    const { falseAborts, detected } = simulate(simulation, { runs: RUNS, seed: SEED, windows: WINDOWS });
    const [keeps, finds] = [falseAborts <= MOST_FALSE_ABORTS, detected >= LEAST_DETECTED];
    rows.push(
      {
        metric: `${simulation.name}: false aborts`,
        value: percent(falseAborts),
        goal: `<= ${percent(MOST_FALSE_ABORTS)}`,
        met: keeps,
      },
      {
        metric: `${simulation.name}: detected`,
        value: percent(detected),
        goal: `>= ${percent(LEAST_DETECTED)}`,
        met: finds,
      },
    );
    const cells = [mark(falseAborts, keeps).padStart(14), mark(detected, finds).padStart(12)];
    console.log(`${simulation.name.padEnd(16)}${cells.join('')}  ${simulation.effect}`);
  }
  console.log(`goals: false aborts at most ${MOST_FALSE_ABORTS * 100} %, detected at least ${LEAST_DETECTED * 100} %`);
  if (rows.some(({ met }) => met === false)) process.exitCode = 1;
  return rows;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const mark = (share: number, met: boolean): string => `${met ? '' : 'MISSED '}${percent(share)}`;

if (process.argv[1] === fileURLToPath(import.meta.url)) await run();
