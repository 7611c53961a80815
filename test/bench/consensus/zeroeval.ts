/** Stored answers of real models with what was right (WildEval/ZeroEval, Apache-2.0), read from `CODE_DATA`. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { projectRoot } from '../../verbs/project.ts';

export interface Task {
  readonly name: string;
  /** How answers are compared: numbers as numbers, Python literals as canonical texts in a closed kind. */
  readonly kind: 'number' | 'yaml';
  readonly models: readonly string[];
  /** What was right, by question. */
  readonly gold: readonly string[];
  /** By model, then by question. */
  readonly answers: readonly (readonly (string | null)[])[];
}

interface Stored {
  readonly gold: readonly string[];
  readonly answers: Readonly<Record<string, readonly (string | null)[]>>;
}

/** A task, or undefined where there is no data. */
export async function readTask(name: 'gsm' | 'crux'): Promise<Task | undefined> {
  const directory = process.env['CODE_DATA'] ?? join(projectRoot, '..', 'shared', 'data');
  const file = join(directory, 'zeroeval', `${name}.json.gz`);
  if (!existsSync(file)) return undefined;
  // border: the data set's own README states this shape
  const stored = JSON.parse(gunzipSync(await readFile(file)).toString('utf8')) as Stored;
  const models = Object.keys(stored.answers).sort();
  const read = name === 'gsm' ? (text: string) => text.replace(/^# /, '').replace(/\.$/, '') : pythonLiteral;
  return {
    name,
    kind: name === 'gsm' ? 'number' : 'yaml',
    models,
    gold: stored.gold.map(read),
    answers: models.map((model) => (stored.answers[model] ?? []).map((text) => (text === null ? null : read(text)))),
  };
}

/** A Python literal without blanks and with one kind of quotes; a bare word is the text it stands for. */
export function pythonLiteral(text: string): string {
  const trimmed = text.trim();
  if (!/^([[({'"\d-]|(True|False|None)$)/.test(trimmed)) return JSON.stringify(trimmed);
  return trimmed.replace(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|\s+/g, (token, single, double) => {
    if (single === undefined && double === undefined) return '';
    return JSON.stringify(String(single ?? double ?? token).replace(/\\(['"\\])/g, '$1'));
  });
}
