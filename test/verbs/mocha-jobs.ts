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
const SHARES = /\bawait (plane|operator|testNamespace)\(/;

/**
 * What can run beside one another: the files that share a plane are one job, for a plane takes seconds to boot; each that
 * boots its own is a job, and so are the levels without a plane together. The longest job comes first.
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
  const jobs: readonly MochaJob[] = [
    { name: 'shared plane', files: sharing },
    { name: others.join(', '), files: others.flatMap(filesOf) },
    ...own.map((file) => ({ name: basename(file, '.test.ts'), files: [file] })),
    { name: 'times', files: measuring, alone: true },
  ];
  return jobs.filter(({ files }) => files.length > 0);
}

export function filesOf(level: Level): readonly string[] {
  return globSync(`${LEVELS[level]}/**/*.test.ts`, { cwd: projectRoot }).sort();
}
