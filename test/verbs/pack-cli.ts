/**
 * `npm run pack`: `build/kubectl-code-<version>.tgz`, the plugin as an npm package. Node strips no types below node_modules,
 * so they are stripped here, from the files that the plugin imports and no others; its two dependencies have none of their
 * own and go along, so that it installs without a registry.
 */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from './project.ts';
import { runCommand } from './run-command.ts';

const ENTRY = 'operator/cli/main.ts';
const BIN = 'operator/cli/kubectl-code.mjs';
/** Of what the plugin imports: bundled, in the versions of package-lock.json. */
const BUNDLED = ['undici', 'yaml'] as const;
const IMPORT = /((?:from|import)\s*\(?\s*')([^']+)(')/g;

interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly engines: object;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Builds the package into `build/kubectl-code` and packs it; resolves with the path of the tarball. */
export async function packCli(): Promise<string> {
  const folder = join(projectRoot, 'build', 'kubectl-code');
  await rm(folder, { recursive: true, force: true });
  const packages = await strip(folder);
  const strangers = packages.filter((name) => !BUNDLED.some((known) => known === name));
  if (strangers.length > 0) throw new Error(`the plugin imports ${strangers.join(', ')}: bundle it or do without`);
  const bin = await readFile(join(projectRoot, BIN), 'utf8');
  await writeFile(join(folder, BIN), bin.replace('./main.ts', './main.js'), { mode: 0o755 });
  for (const name of BUNDLED) {
    await cp(join(projectRoot, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true });
  }
  const manifest = await manifestOf();
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const destination = join(projectRoot, 'build');
  const { code } = await runCommand('npm', ['pack', '--silent', '--pack-destination', destination], { cwd: folder });
  if (code !== 0) throw new Error('npm pack failed; the lines above say why');
  return join(destination, `kubectl-code-${manifest.version}.tgz`);
}

/** Writes the plugin's sources as JavaScript, in their folders; resolves with the packages they import. */
async function strip(folder: string): Promise<readonly string[]> {
  const packages = new Set<string>();
  const files = new Set([ENTRY]);
  for (const file of files) {
    const source = await readFile(join(projectRoot, file), 'utf8');
    const code = stripTypeScriptTypes(source);
    for (const [, , target = ''] of code.matchAll(IMPORT)) {
      if (target.startsWith('.')) files.add(relative(projectRoot, join(projectRoot, dirname(file), target)));
      else if (!target.startsWith('node:')) packages.add(target);
    }
    const path = join(folder, file.replace(/\.ts$/, '.js'));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(
      path,
      code.replace(IMPORT, (_, before, target, after) => `${before}${asJavaScript(target)}${after}`),
    );
  }
  return [...packages];
}

const asJavaScript = (target: string): string => (target.startsWith('.') ? target.replace(/\.ts$/, '.js') : target);

async function manifestOf() {
  const text = await readFile(join(projectRoot, 'package.json'), 'utf8');
  const { version, license, engines, dependencies } = JSON.parse(text) as Manifest; // border: our own file
  return {
    name: 'kubectl-code',
    version,
    description: 'The kubectl plugin of CODE: see, follow and steer deliveries.',
    license,
    type: 'module',
    bin: { 'kubectl-code': BIN },
    files: ['operator'],
    engines,
    dependencies: Object.fromEntries(BUNDLED.map((name) => [name, dependencies[name] ?? ''])),
    bundleDependencies: BUNDLED,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const tarball = await packCli();
  console.log(`npm install -g ./${relative(process.cwd(), tarball)}`);
}
