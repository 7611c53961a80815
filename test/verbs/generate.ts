/** `npm run generate`: writes every file that follows from another one. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generateRbac } from './generate/rbac.ts';
import { readCrds } from './generate/read-crds.ts';
import { generateTypes } from './generate/types.ts';
import { generateUnrolledChecks } from './generate/unrolled-checks.ts';
import { generateValidators } from './generate/validators.ts';

const root = join(import.meta.dirname, '..', '..');
const crds = readCrds(root);
const files = (
  await Promise.all([generateTypes(crds), generateUnrolledChecks(), generateValidators(crds), generateRbac()])
).flat();

for (const { path, text } of files) {
  const file = join(root, path);
  if (textOf(file) === text) continue;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  process.stdout.write(`wrote ${path}\n`);
}
process.stdout.write(`${files.length} generated files are up to date\n`);

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
