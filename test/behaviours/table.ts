import type { Figure } from '../support/figure.ts';
import type { Behaviour } from './behaviours.ts';

/** What came of the tests whose titles name a behaviour. */
export interface Shown {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
}

/** The numbers of the behaviours that a test shows. */
export function shownBy(title: string): readonly number[] {
  return [...title.matchAll(/\bB(\d{1,2})\b/g)].map(([, number]) => Number(number));
}

/** One block a behaviour: its target, the figures beside it, and which tests show it. */
export function tableOf(
  behaviours: ReadonlyMap<number, Behaviour>,
  { passed, failed }: Shown,
  figures: readonly Figure[],
): string {
  const rows = [...behaviours].map(([number, { name, target, bench = [] }]) => {
    const good = passed.filter((title) => shownBy(title).includes(number)).length;
    const bad = failed.filter((title) => shownBy(title).includes(number));
    const verdict = bad.length > 0 ? 'FAILED' : good > 0 ? 'shown' : 'not run';
    const tests = good + bad.length > 0 ? [`${good} of ${good + bad.length} tests`] : [];
    const benches = bench.length > 0 ? [`npm run bench -- ${bench.join(' ')}`] : [];
    return [
      `${String(number).padStart(2)}  ${verdict.padEnd(8)}${name}`,
      `              target:   ${target}`,
      ...figures.filter(({ behaviour }) => behaviour === number).map(({ text }) => `              measured: ${text}`),
      `              by:       ${[...tests, ...benches].join('; ')}`,
      ...bad.map((title) => `              FAILED:   ${title}`),
    ].join('\n');
  });
  return rows.join('\n');
}
