/** The real kstatus, Argo CD's Lua and Flux's CEL, asked about objects as they are stored. */
import { execFile } from 'node:child_process';
import type { KubeObject } from '../../operator/api/objects.ts';
import { ensureJudges } from '../cluster/judges/judges-binary.ts';

export interface HealthExpressions {
  readonly inProgress: string;
  readonly failed: string;
  readonly current: string;
}

export type Question = { readonly object: KubeObject } & (
  | { readonly judge: 'kstatus' }
  | { readonly judge: 'lua'; readonly script: string }
  | { readonly judge: 'cel'; readonly exprs: HealthExpressions }
);

export interface Answer {
  readonly status?: string;
  readonly returned?: unknown;
  readonly error?: string;
}

const DEADLINE = 60_000;
const LONGEST_OUTPUT = 64 * 1024 * 1024;

/** One answer a question, in order. */
export async function judge(questions: readonly Question[]): Promise<readonly Answer[]> {
  const program = await ensureJudges();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const limits = { timeout: DEADLINE, maxBuffer: LONGEST_OUTPUT };
  const child = execFile(program, [], limits, (error, output) => (error === null ? resolve(output) : reject(error)));
  // What breaks the pipe is told by the exit.
  child.stdin?.on('error', () => {});
  child.stdin?.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(''));
  const lines = (await promise).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Answer); // border: the judges' own format
}
