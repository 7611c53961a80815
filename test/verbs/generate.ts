/** `npm run generate`: writes every file that follows from another one, and removes what no generator makes any more. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generateAll, outdated } from './generate/all.ts';
import { projectRoot } from './project.ts';

const files = await generateAll(projectRoot);
const texts = new Map(files.map(({ path, text }) => [path, text]));
for (const path of outdated(projectRoot, files)) {
  const file = join(projectRoot, path);
  const text = texts.get(path);
  if (text === undefined) rmSync(file);
  else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  console.log(`${text === undefined ? 'removed' : 'wrote'} ${path}`);
}
console.log(`${files.length} generated files are up to date`);
