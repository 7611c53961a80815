import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { goEnvironment } from '../go-toolchain.ts';
import { PlaneError } from '../plane-error.ts';

const MODULE = 'sigs.k8s.io/gateway-api';
const MINUTES = 60_000;

/** The files of the Gateway API's kinds, from the module that the go.mod beside this file pins; downloaded once. */
export async function gatewayApiFiles(...plurals: readonly string[]): Promise<readonly string[]> {
  const options = {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: goEnvironment(),
    timeout: 5 * MINUTES,
  };
  const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', MODULE], options).catch(
    (error: Error) => {
      throw new PlaneError(`could not download ${MODULE}: ${error.message}`, { cause: error });
    },
  );
  const { Dir } = JSON.parse(stdout) as { readonly Dir: string }; // border: what the go command prints
  const standard = join(Dir, 'config', 'crd', 'standard');
  return plurals.map((plural) => join(standard, `gateway.networking.k8s.io_${plural}.yaml`));
}
