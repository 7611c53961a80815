import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPolicyBundle } from '../../verbs/build-policy.ts';
import { projectRoot } from '../../verbs/project.ts';

/** The platform's bundle with rules of a test added to one of its files. Removed by `remove`. */
export async function bundleWith(
  file: string,
  rules: string,
): Promise<{ readonly wasm: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'code-policy-'));
  const sources = join(directory, 'sources');
  await cp(join(projectRoot, 'config', 'policies'), sources, { recursive: true });
  await appendFile(join(sources, file), `\n${rules}\n`);
  const { wasm } = await buildPolicyBundle(sources, join(directory, 'built'));
  return { wasm, remove: () => rm(directory, { recursive: true, force: true }) };
}
