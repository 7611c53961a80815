import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { commands } from '../../../operator/cli/commands/index.ts';
import { run } from '../../../operator/cli/run.ts';
import { projectRoot } from '../../verbs/project.ts';
import { RecordedTerminal } from './recorded-terminal.ts';

async function typed(line: string, kubeconfig = '/nowhere/config') {
  const terminal = new RecordedTerminal();
  const code = await run(
    line.split(' ').filter((word) => word !== ''),
    {
      terminal,
      kubeconfigs: [],
      ownKubeconfig: kubeconfig,
      environment: {},
      signal: new AbortController().signal,
    },
  );
  return { code, output: terminal.output, complaints: terminal.complaints.trim() };
}

describe('what is typed after kubectl code', () => {
  it('lists every command when it is nothing, and tells each with --help and help', async () => {
    const { code, output } = await typed('');
    assert.equal(code, 0);
    for (const { name, summary } of commands) {
      assert.include(output, summary);
      const asked = await typed(`${name} --help`);
      assert.include(asked.output, `Usage: kubectl code ${name}`);
      assert.deepEqual(await typed(`help ${name}`), asked);
    }
  });

  it('is a command for every file of the folder of commands', () => {
    const files = readdirSync(join(projectRoot, 'operator', 'cli', 'commands')).map((file) => file.replace('.ts', ''));
    assert.sameMembers(['index', ...commands.map(({ name }) => name)], files);
  });

  it('is answered with 2 and what was probably meant where it is wrong', async () => {
    const told = await Promise.all(
      ['statsu shop', 'fly', '-n acme status', 'status', 'status a b', 'status a -o yaml'].map((line) => typed(line)),
    );
    assert.deepEqual(
      told.map(({ code }) => code),
      [2, 2, 2, 2, 2, 2],
    );
    assert.deepEqual(
      told.map(({ complaints }) => complaints),
      [
        'error: there is no command statsu: did you mean status?',
        `error: there is no command fly: use one of ${commands.map(({ name }) => name).join(', ')}`,
        `error: write the command first: kubectl code ${commands.map(({ name }) => name).join('|')}`,
        'error: NAME is missing: kubectl code status NAME',
        'error: b is one word too many: see kubectl code status --help',
        'error: there is no output yaml: write -o json',
      ],
    );
  });

  describe('over a kubeconfig', () => {
    let folder = '';
    const write = (config: object): string => {
      const path = join(folder, 'config');
      writeFileSync(path, JSON.stringify(config));
      return path;
    };
    const contexts = [{ name: 'one', context: { cluster: 'c', user: 'u' } }];
    const clusters = [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }];

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'code-cli-'));
    });
    afterEach(() => {
      rmSync(folder, { recursive: true });
    });

    it('says with 4 which file is missing', async () => {
      assert.deepEqual(await typed('tenants'), {
        code: 4,
        output: '',
        complaints:
          'error: could not read the kubeconfig /nowhere/config (no such file): name one with --kubeconfig or $KUBECONFIG',
      });
    });

    it('names the contexts there are when none fits', async () => {
      const path = write({ contexts, clusters });
      const { code, complaints } = await typed('tenants --context two', path);
      assert.deepEqual([code, complaints], [4, `error: there is no context two in ${path}: name one of: one`]);
    });

    it('says with 4 that nobody answers', async () => {
      const path = write({ contexts, clusters, 'current-context': 'one' });
      const { code, complaints } = await typed('tenants', path);
      assert.equal(code, 4);
      assert.include(complaints, 'could not connect to the API server (ECONNREFUSED)');
    });
  });
});
