/**
 * `npm run bench [-- NAME...] [--count=N] [--rounds=N]`: measures, prints a table with the goals that are met and missed,
 * and fails for a missed one of `analysis` only, whose figures no machine changes. A name is one of the benchmarks below, or
 * a metric of the reference such as P3.
 */
import { parseArgs } from 'node:util';
import { run as analysis } from './analysis.ts';
import { run as consensus } from './consensus.ts';
import { run as consensusQuality } from './consensus-quality.ts';
import { run as fair } from './fair.ts';
import { run as fleet } from './fleet.ts';
import { run as gate } from './gate.ts';
import { run as reference } from './reference.ts';
import { run as rest } from './rest.ts';
import { run as soak } from './soak.ts';
import { type Row, tableOf } from './table.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string' }, rounds: { type: 'string' }, rest: { type: 'string' } },
});
const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
const [count, seconds, rounds] = [values.count, values.rest, values.rounds].map(number);
const size = count === undefined ? {} : { count };
const rested = seconds === undefined ? {} : { rest: seconds };

const nothing = (): readonly Row[] => [];

/** In the order in which they run; those without rows print a table of their own. */
const benchmarks: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  gate: () => gate().then(nothing),
  analysis,
  consensus: () => consensus().then(nothing),
  'consensus-quality': () => consensusQuality().then(nothing),
  fleet: () => fleet({ ...size, ...rested }),
  rest: () => rest({ ...size, ...rested }),
  soak: () => soak(size),
  fair: () => fair(size),
  reference: () => reference({ ...size, ...(rounds === undefined ? {} : { rounds }) }),
};

/** What of the reference a metric's name asks for is measured together. */
const chosen = positionals.map((name) => (/^P\d+$/.test(name) ? 'reference' : name));
const unknown = chosen.find((name) => !(name in benchmarks));
if (unknown !== undefined) {
  console.error(
    `unknown benchmark ${unknown}: use one of ${Object.keys(benchmarks).join(', ')}, or a metric such as P3`,
  );
  process.exit(2);
}
const rows: Row[] = [];
for (const name of chosen.length > 0 ? new Set(chosen) : Object.keys(benchmarks)) {
  rows.push(...((await benchmarks[name]?.()) ?? []));
}
const missed = rows.filter(({ met }) => met === false).map(({ metric }) => metric);
if (rows.length > 0) console.log(`\n${tableOf(rows)}`);
console.log(missed.length === 0 ? 'every goal is met' : `goals missed: ${missed.join('; ')}`);
