import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { goEnvironment } from './go-toolchain.ts';
import { PlaneError } from './plane-error.ts';

/**
 * The folder of a module's sources, such as its CRDs, fetched if need be.
 *
 * @param directory where the go.mod is that pins it
 * @param name of a module of that go.mod, or with a version (`example.org/one@v1.2.3`) of any
 */
export async function goModuleDirectory(directory: string, name: string): Promise<string> {
  const { Dir: found } = JSON.parse(await go(directory, ['mod', 'download', '-json', name])) as { Dir?: string }; // border: Go's own format
  if (found === undefined) throw new PlaneError(`Go does not know where ${name} is`);
  return found;
}

/** The version that a go.mod pins of a module. */
export async function goModuleVersion(directory: string, name: string): Promise<string> {
  return (await go(directory, ['list', '-m', '-f', '{{.Version}}', name])).trim();
}

async function go(directory: string, parameters: readonly string[]): Promise<string> {
  const options = { cwd: directory, env: goEnvironment() };
  const { stdout } = await promisify(execFile)('go', parameters, options).catch(
    (error: Error & { stderr?: string }) => {
      throw new PlaneError(`go ${parameters.join(' ')} failed: ${error.stderr?.trim() || error.message}`, {
        cause: error,
      });
    },
  );
  return stdout;
}
