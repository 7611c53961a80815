import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assert } from 'chai';

const advice =
  'install Go 1.26 or newer from https://go.dev/dl and put it on PATH' +
  ' (it builds the throw-away control plane), or name a cluster: npm start -- --kubeconfig FILE';

describe('finding Go', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'code-go-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('says which Go to install where there is none', async () => {
    assert.strictEqual(await find(directory), `could not find a usable Go: there is no \`go\` on PATH; ${advice}`);
  });

  it('says which Go to install where it is too old', async () => {
    await install(directory, "printf 'go1.20.3\\nlinux\\namd64\\n'");
    assert.strictEqual(await find(directory), `Go 1.20.3 is too old; ${advice}`);
  });

  it('repeats what a Go says that refuses', async () => {
    await install(directory, "echo 'go: go.mod requires go >= 1.26.0' >&2; exit 1");
    const said = 'could not find a usable Go: go: go.mod requires go >= 1.26.0';
    assert.strictEqual(await find(directory), `${said}; ${advice}`);
  });

  it('names version and platform of the Go that it found', async () => {
    await install(directory, "printf 'go1.26.8\\nlinux\\narm64\\n'");
    assert.strictEqual(await find(directory), '{"version":"1.26.8","platform":"linux/arm64"}');
  });
});

/** Puts a `go` that does what the shell line says into the folder. */
async function install(directory: string, line: string): Promise<void> {
  await writeFile(join(directory, 'go'), `#!/bin/sh\n${line}\n`);
  await chmod(join(directory, 'go'), 0o755);
}

/** What findGo answers or throws in a process whose PATH is only the folder. */
async function find(directory: string): Promise<string> {
  const module = JSON.stringify(new URL('../../cluster/go-toolchain.ts', import.meta.url));
  const script = `import { findGo } from ${module};
    console.log(await findGo().then(JSON.stringify, (error) => error.message));`;
  const parameters = ['--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, parameters, { env: { PATH: directory } });
  return stdout.trim();
}
