import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PlaneError } from './plane-error.ts';

/** The folder of the Go module that pins every program of the plane. */
export const moduleDirectory = fileURLToPath(new URL('.', import.meta.url));

/** The Go that builds the plane: its version (`1.26.8`) and what it builds for (`linux/amd64`). */
export type GoToolchain = { readonly version: string; readonly platform: string };

/** Finds Go on PATH; without one, or with one too old for go.mod, says which to install. */
export async function findGo(): Promise<GoToolchain> {
  const wanted = /^go (\d+\.\d+)/m.exec(await readFile(`${moduleDirectory}go.mod`, 'utf8'))?.[1] ?? 'unknown';
  const advice =
    `install Go ${wanted} or newer from https://go.dev/dl and put it on PATH` +
    ' (it builds the throw-away control plane), or name a cluster: npm start -- --kubeconfig FILE';
  const environment = await promisify(execFile)('go', ['env', 'GOVERSION', 'GOOS', 'GOARCH'], {
    cwd: moduleDirectory,
    env: goEnvironment(),
  }).catch((error: Error & { stderr?: string }) => {
    const found = error.stderr?.trim() || 'there is no `go` on PATH';
    throw new PlaneError(`could not find a usable Go: ${found}; ${advice}`, { cause: error });
  });
  const [version = '', system = '', architecture = ''] = environment.stdout.trim().split('\n');
  const toolchain = { version: version.replace(/^go/, ''), platform: `${system}/${architecture}` };
  if (isOlder(toolchain.version, wanted)) throw new PlaneError(`Go ${toolchain.version} is too old; ${advice}`);
  return toolchain;
}

/** What Go is run with: no setting of the user's may change what is built. */
export function goEnvironment(): Record<string, string | undefined> {
  return { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' };
}

function isOlder(version: string, wanted: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}
