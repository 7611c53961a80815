/**
 * `npm run bench [-- NAME...] [--count=N] [--rounds=N]`: measures, prints a table with the goals that are met and missed,
 * and never fails for a missed one. A name is one of the benchmarks below, or a metric of the reference such as P3.
 */
import { parseArgs } from 'node:util';
import { run as consensus } from './consensus.ts';
import { run as consensusQuality } from './consensus-quality.ts';
import { run as fleet } from './fleet.ts';
import { run as gate } from './gate.ts';
import { type Row, tableOf } from './table.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string' }, rounds: { type: 'string' }, rest: { type: 'string' } },
});
const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
const [count, rest] = [values.count, values.rest].map(number);

const nothing = (): readonly Row[] => [];

/** In the order in which they run; those without rows print a table of their own. */
const benchmarks: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  gate: () => gate().then(nothing),
  consensus: () => consensus().then(nothing),
  'consensus-quality': () => consensusQuality().then(nothing),
  fleet: () => fleet({ ...(count === undefined ? {} : { count }), ...(rest === undefined ? {} : { rest }) }),
};

const chosen = positionals.length > 0 ? positionals : Object.keys(benchmarks);
const rows: Row[] = [];
for (const name of chosen) rows.push(...((await benchmarks[name]?.()) ?? []));
console.log(`\n${tableOf(rows)}`);
