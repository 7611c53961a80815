import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { projectRoot } from './project.ts';

export const LEVELS = {
  unit: 'test/unit',
  contracts: 'test/contracts',
  scenarios: 'test/scenarios',
  cluster: 'test/e2e',
} as const;
export type Level = keyof typeof LEVELS;

/** One mocha process: its files run one after another. */
export interface MochaJob {
  readonly name: string;
  readonly files: readonly string[];
  /** Nothing runs beside it. */
  readonly alone?: boolean;
}

const BOOTS_ITS_OWN = /\b(bootCluster|NpmStart)\(/;
/** It holds how long something took to a bound, which a neighbour would only blur. */
const MEASURES = /\bpercentile\(/;
/** Whole lives of deliveries, which take a processor as long as all other tests of their level. */
const DELIVERIES = 'test/unit/deployment/';
const SHARES = /\bawait (plane|operator|testNamespace)\(/;

/**
 * What can run beside one another: the files that share a plane are one job, for a plane takes seconds to boot; each that
 * boots its own is a job, and the levels without a plane are two. The longest job comes first.
 */
export async function mochaJobs(levels: readonly Level[]): Promise<readonly MochaJob[]> {
  const [sharing, own, measuring]: [string[], string[], string[]] = [[], [], []];
  for (const file of levels.includes('cluster') ? filesOf('cluster') : []) {
    const text = await readFile(join(projectRoot, file), 'utf8');
    if (MEASURES.test(text)) measuring.push(file);
    else if (BOOTS_ITS_OWN.test(text) && !SHARES.test(text)) own.push(file);
    else sharing.push(file);
  }
  const others = levels.filter((level) => level !== 'cluster');
  const planeless = others.flatMap(filesOf);
  const jobs: readonly MochaJob[] = [
    { name: 'shared plane', files: sharing },
    { name: 'unit, deliveries', files: planeless.filter((file) => file.startsWith(DELIVERIES)) },
    { name: others.join(', '), files: planeless.filter((file) => !file.startsWith(DELIVERIES)) },
    ...own.map((file) => ({ name: basename(file, '.test.ts'), files: [file] })),
    { name: 'times', files: measuring, alone: true },
  ];
  return jobs.filter(({ files }) => files.length > 0);
}

export function filesOf(level: Level): readonly string[] {
  return globSync(`${LEVELS[level]}/**/*.test.ts`, { cwd: projectRoot }).sort();
}
