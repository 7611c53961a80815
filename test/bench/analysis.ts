/**
 * How honest the verdicts are: 1,000 labelled deliveries of each kind of data with a good revision and 1,000 with a bad one,
 * a look at each of 60 windows. `CODE_RUNS` and `CODE_SEED` change how many and which.
 */
import { fileURLToPath } from 'node:url';
import { simulate, simulations, WINDOWS } from '../unit/analysis/simulation.ts';

const SEED = Number(process.env['CODE_SEED'] ?? 11);
const RUNS = Number(process.env['CODE_RUNS'] ?? 1_000);
const MOST_FALSE_ABORTS = 0.01;
const LEAST_DETECTED = 0.95;

/** Prints the table; a missed goal is marked. */
export async function run(): Promise<void> {
  console.log(`analysis: ${RUNS} good and ${RUNS} bad deliveries a row, ${WINDOWS} windows, seed ${SEED}`);
  console.log(`${'data'.padEnd(16)}${'false aborts'.padStart(14)}${'detected'.padStart(12)}  at the effect`);
  for (const simulation of simulations) {
    const { falseAborts, detected } = simulate(simulation, { runs: RUNS, seed: SEED, windows: WINDOWS });
    const cells = [
      mark(falseAborts, falseAborts <= MOST_FALSE_ABORTS).padStart(14),
      mark(detected, detected >= LEAST_DETECTED).padStart(12),
    ];
    console.log(`${simulation.name.padEnd(16)}${cells.join('')}  ${simulation.effect}`);
  }
  console.log(`goals: false aborts at most ${MOST_FALSE_ABORTS * 100} %, detected at least ${LEAST_DETECTED * 100} %`);
}

const mark = (share: number, met: boolean): string => `${met ? '' : 'MISSED '}${(share * 100).toFixed(1)} %`;

if (process.argv[1] === fileURLToPath(import.meta.url)) await run();
