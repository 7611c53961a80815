// The one file that runs on the machine's own Node (20 or newer) with no dependency installed: it makes node_modules
// agree with package-lock.json and then runs the named TypeScript verb on the project's own Node (decision D2).
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 20;
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const stamp = join(root, 'node_modules', '.code-lock-digest');
const nodeBinary = join(root, 'node_modules', 'node', 'bin', 'node');

function lockDigest() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

function installed() {
  return existsSync(nodeBinary) && existsSync(stamp) && readFileSync(stamp, 'utf8') === lockDigest();
}

function install() {
  console.log('installing the npm dependencies with `npm ci` (about a minute, once) ...');
  rmSync(stamp, { force: true });
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (result.status !== 0) {
    console.error(
      'npm ci failed; the lines above say why. It needs the npm registry that your npm is configured with.',
    );
    process.exit(result.status ?? 1);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, lockDigest());
}

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  console.error(
    `Node ${OLDEST_NODE} or newer is needed to start (this is ${process.versions.node}): install it from nodejs.org.`,
  );
  process.exit(1);
}
if (!installed()) install();

const [script, ...parameters] = process.argv.slice(2);
const environment = { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}` };
const child = spawn(nodeBinary, ['--disable-warning=ExperimentalWarning', join(root, script), ...parameters], {
  cwd: root,
  stdio: 'inherit',
  env: environment,
});
// The terminal sends Ctrl-C to the whole group: the verb stops by itself, and this process waits for it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)));
