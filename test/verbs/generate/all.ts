/** Every generator, one a line: whatever follows from another file is made here and nowhere else. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Generated } from './generated.ts';
import { generateRbac } from './rbac.ts';
import { readCrds } from './read-crds.ts';
import { generateTypes } from './types.ts';
import { generateUnrolledChecks } from './unrolled-checks.ts';
import { generateValidators } from './validators.ts';

/** Folders that hold generated files only. */
const FOLDERS = ['operator/api/generated', 'config/admission/generated'];

export async function generateAll(root: string): Promise<readonly Generated[]> {
  const crds = readCrds(root);
  return (
    await Promise.all([generateTypes(crds), generateValidators(crds), generateUnrolledChecks(), generateRbac()])
  ).flat();
}

/** Paths whose file differs from what the generators make, and files in their folders that no generator makes any more. */
export function outdated(root: string, files: readonly Generated[]): readonly string[] {
  const made = new Set(files.map(({ path }) => path));
  const left = FOLDERS.flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`));
  return [
    ...files.filter(({ path, text }) => textOf(join(root, path)) !== text).map(({ path }) => path),
    ...left.filter((path) => !made.has(path)),
  ];
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
