import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { projectRoot } from '../verbs/project.ts';

/**
 * Compares a text with `test/fixtures/goldens/<name>.golden`. Goldens are read by reviewers before the code; they are
 * written anew only with UPDATE_GOLDENS=1, in a commit that says why.
 */
export function assertGolden(name: string, actual: string): void {
  const file = join(projectRoot, 'test', 'fixtures', 'goldens', `${name}.golden`);
  const text = `${actual.trimEnd()}\n`;
  if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(file, text);
  assert.isTrue(existsSync(file), `${file} is missing: write it with UPDATE_GOLDENS=1 and read it`);
  assert.equal(text, readFileSync(file, 'utf8'));
}
