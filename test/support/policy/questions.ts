import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '../../../operator/core/json.ts';
import { projectRoot } from '../../verbs/project.ts';

const folder = join(projectRoot, 'test', 'fixtures', 'policy', 'questions');

export type JsonObject = { readonly [key: string]: Json };

export interface Question {
  readonly entryPoint: string;
  readonly input: JsonObject;
}

/** A question with the answer it must get: `<room>.<step>.<what>.json`. */
export interface KnownQuestion extends Question {
  readonly title: string;
  readonly allow: boolean;
  /** The rules that deny. */
  readonly rules: readonly string[];
  /** JSON pointers: what lies at or below them makes the question bad, so taking it away may make it good. */
  readonly spared: readonly string[];
}

/** Every question of the fixtures. */
export async function knownQuestions(): Promise<readonly KnownQuestion[]> {
  const files = (await readdir(folder)).sort();
  return Promise.all(
    files.map(async (file) => {
      const [room = '', step = ''] = file.split('.');
      const known: Omit<KnownQuestion, 'title' | 'entryPoint'> = JSON.parse(await readFile(join(folder, file), 'utf8'));
      return { ...known, spared: known.spared ?? [], title: file, entryPoint: entryPointOf(room, step) };
    }),
  );
}

const entryPointOf = (room: string, step: string): string =>
  `code/${room.replaceAll('-', '_')}/${step.replaceAll('-', '_')}/decision`;
