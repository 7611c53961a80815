/**
 * How long the consensus engine takes, the border to WebAssembly included: `decide` for panels of 7 and 32, and `compare`
 * beside the original's algorithm in Python and in TypeScript and beside our own idea in TypeScript, on the same texts.
 */
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConsensusEngine } from '../../operator/adapters/consensus/index.ts';
import { freshInstance } from '../../operator/adapters/consensus/instance.ts';
import type { ConsensusEngine, ConsensusRequest } from '../../operator/ports/consensus.ts';
import type { Random } from '../../operator/ports/random.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { ensureWasm } from '../verbs/build-wasm.ts';
import { originalCompare } from './consensus/original.ts';
import { sameIdea } from './consensus/same-idea.ts';

const SEED = 11;
const PANELS = [
  { experts: 7, goal: 2, rounds: 500 },
  { experts: 32, goal: 40, rounds: 100 },
] as const;
const SIZES = [5, 10, 20, 50] as const;
const SENTENCES = 50;
const RATIO_GOAL = 20;
const PYTHON = fileURLToPath(new URL('consensus/original.py', import.meta.url));

/** Prints both tables; a goal that is missed is said, not thrown. */
export async function run(): Promise<void> {
  const { directory, module } = await ensureWasm();
  const size = (await readFile(module)).byteLength;
  console.log(`consensus engine: ${Math.round(size / 1000)} kB of WebAssembly (goal 500), seed ${SEED}`);
  const engine = await loadConsensusEngine(directory);
  for (const { experts, goal, rounds } of PANELS) timeDecide(engine, experts, goal, rounds);
  await timeCompare(directory);
}

function timeDecide(engine: ConsensusEngine, experts: number, goal: number, rounds: number): void {
  const request = panel(experts, seededRandom(SEED));
  const times = timed(rounds, () => engine.decide(request)).sort((one, other) => one - other);
  const at = (part: number) => (times[Math.floor(part * (times.length - 1))] ?? 0).toFixed(2);
  console.log(`decide, ${experts} experts, texts of 2 kB: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (goal ${goal} ms)`);
}

async function timeCompare(directory: string): Promise<void> {
  const wasm = new WebAssembly.Module(await readFile(join(directory, 'engine_bg.wasm')));
  const instance = await freshInstance(join(directory, 'engine.js'), wasm, -1);
  const compare = (texts: readonly string[]): number[][] => {
    const request = JSON.stringify({ texts, similarity: 'cosine' });
    const answer = JSON.parse(new TextDecoder().decode(instance.compare(new TextEncoder().encode(request))));
    return answer.matrix.map((row: readonly string[]) => row.map(Number));
  };
  console.log('compare, 50 sentences each (ms)   wasm   original in Python   in TypeScript   same idea in TypeScript');
  for (const size of SIZES) {
    const random = seededRandom(SEED + size);
    const texts = Array.from({ length: size }, () => prose(SENTENCES, random));
    const rounds = Math.ceil(200 / size);
    const ours = median(timed(rounds, () => compare(texts)));
    const original = median(timed(rounds, () => originalCompare(texts)));
    const idea = median(timed(rounds, () => sameIdea(texts)));
    const python = inPython(texts, rounds);
    const matrix = compare(texts);
    check(matrix, originalCompare(texts));
    check(matrix, sameIdea(texts));
    if (python !== undefined)
      check(
        matrix,
        python.matrix.map((row, index) => row.slice(index)),
      );
    const cell = (time: number | undefined) =>
      time === undefined ? 'not measured' : `${time.toFixed(2)} (${(time / ours).toFixed(1)}x)`;
    const columns = [cell(python?.milliseconds), cell(original), cell(idea)].map((text) => text.padStart(18));
    console.log(`  ${String(size).padStart(2)} experts ${ours.toFixed(2).padStart(25)}${columns.join('')}`);
  }
  console.log(`goal: ${RATIO_GOAL}x the original in Python; equal output was checked`);
}

/** The Python baseline; undefined where there is no python3. */
function inPython(texts: readonly string[], rounds: number): { milliseconds: number; matrix: number[][] } | undefined {
  try {
    const output = execFileSync('python3', [PYTHON], { input: JSON.stringify([texts, rounds]), encoding: 'utf8' });
    const { seconds, matrix } = JSON.parse(output);
    return { milliseconds: seconds * 1000, matrix };
  } catch {
    return undefined;
  }
}

function check(ours: readonly (readonly number[])[], theirs: readonly (readonly number[])[]): void {
  const apart = ours.flatMap((row, index) =>
    row.map((cell, column) => Math.abs(cell - (theirs[index]?.[column] ?? NaN))),
  );
  const worst = Math.max(...apart);
  if (!(worst <= 1e-6)) console.log(`the results differ by ${worst}`);
}

/** Milliseconds of each round, after some that are not counted. */
function timed(rounds: number, work: () => unknown): number[] {
  for (let round = 0; round < Math.min(rounds, 20); round += 1) work();
  return Array.from({ length: rounds }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
}

function median(times: number[]): number {
  return times.sort((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0;
}

function panel(experts: number, random: Random): ConsensusRequest {
  return {
    answer: { kind: 'text' },
    experts: Array.from({ length: experts }, (_, index) => ({
      name: `expert-${index}`,
      reply: { answer: letters(2_000, random), rationale: letters(2_000, random) },
    })),
  };
}

function letters(length: number, random: Random): string {
  return prose(Math.ceil(length / 40), random).slice(0, length);
}

function prose(sentences: number, random: Random): string {
  const word = () => `word${Math.floor(random() ** 2 * 800)}`;
  const sentence = () => `${Array.from({ length: 10 }, word).join(' ')}.`;
  return Array.from({ length: sentences }, sentence).join(' ');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run();
