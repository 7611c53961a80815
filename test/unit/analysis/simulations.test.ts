import { assert } from 'chai';
import { figure } from '../../support/figure.ts';
import { testSeed } from '../../support/test-seed.ts';
import { simulate, simulations } from './simulation.ts';

/** `npm run bench -- analysis` does 1,000 of each. */
const RUNS = 300;
const WINDOWS = 30;
/** So many aborts of 300 still agree with 1 %: more have a probability below 1 in 1,000. */
const MOST_ABORTS = 9 / RUNS;
/** And so few found with 95 %. */
const LEAST_DETECTED = 272 / RUNS;

describe('honest statistics, by simulation (B11)', () => {
  const seed = testSeed();

  for (const simulation of simulations) {
    it(`${simulation.name}: keeps a good revision and finds a bad one (${simulation.effect})`, function () {
      this.timeout(60_000);
      const { falseAborts, detected } = simulate(simulation, { runs: RUNS, seed, windows: WINDOWS });
      const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
      figure(
        11,
        `${simulation.name}, ${RUNS} runs: ${percent(falseAborts)} false aborts, ${percent(detected)} detected`,
      );
      assert.isAtMost(falseAborts, MOST_ABORTS, `false aborts, CODE_SEED=${seed}`);
      assert.isAtLeast(detected, LEAST_DETECTED, `bad revisions found, CODE_SEED=${seed}`);
    });
  }
});
