/** `npm run check`: types, lint, format, rego and clippy. Each check says what it is and fails by itself. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkPolicies } from './build-policy.ts';
import { nodeBinary, projectRoot, tool } from './project.ts';
import { runCommand } from './run-command.ts';

const rust = join(projectRoot, 'rust-wasm');

const checks: readonly (readonly [string, () => Promise<boolean>])[] = [
  ['types (tsc)', () => passes(tool('.bin/tsc'), ['-p', '.'])],
  [
    'lint and format (biome)',
    () => passes(nodeBinary, [tool('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings']),
  ],
  ['policies (opa check)', checkPolicies],
  ['rust format', () => passes('cargo', ['fmt', '--check', '--all'], rust)],
  ['rust lint (clippy)', () => passes('cargo', ['clippy', '--quiet', '--all-targets', '--', '-D', 'warnings'], rust)],
];

/** Runs all checks and resolves with how many failed. */
export async function check(): Promise<number> {
  let failed = 0;
  for (const [name, run] of checks) {
    const started = Date.now();
    const ok = await run();
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    if (!ok) failed += 1;
  }
  return failed;
}

async function passes(program: string, parameters: readonly string[], cwd: string = projectRoot): Promise<boolean> {
  return (await runCommand(program, parameters, { cwd })).code === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = (await check()) === 0 ? 0 : 1;
