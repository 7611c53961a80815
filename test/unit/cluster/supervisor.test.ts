import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { PlaneError } from '../../cluster/plane-error.ts';
import { Supervisor } from '../../cluster/supervisor.ts';
import { processesMentioning } from '../../support/processes.ts';
import { until } from '../../support/until.ts';

/** A shell that starts a child of its own and then waits for it, as `go build` does with compilers. */
const family = (mark: string) => ['-c', `sh -c 'sleep 300; : ${mark}'; : ${mark}`];

const GONE = { code: null, signal: 'SIGKILL' };

describe('the supervisor', function () {
  this.timeout(20_000);
  let directory: string;
  let supervisor: Supervisor;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'code-supervisor-'));
    supervisor = new Supervisor(directory);
  });
  afterEach(async () => {
    await supervisor.stop();
    await rm(directory, { recursive: true, force: true });
  });
  const start = (name: string, program: string, parameters: readonly string[]) =>
    supervisor.start({ name, program, parameters, log: join(directory, `${name}.log`) });
  const leftovers = () => processesMentioning(directory);

  it('writes the output of a program to its log and tells how it ended', async () => {
    const child = await start('talker', 'sh', ['-c', 'echo said; echo complained >&2; exit 3']);
    const exit = await child.exit;
    const log = await readFile(join(directory, 'talker.log'), 'utf8');
    assert.deepEqual({ exit, log }, { exit: { code: 3, signal: null }, log: 'said\ncomplained\n' });
  });

  it('names the program that cannot be run', async () => {
    const failure = await start('nothing', join(directory, 'absent'), []).catch((error: unknown) => error);
    assert.instanceOf(failure, PlaneError);
    assert.strictEqual(
      failure.message,
      `could not run nothing (${join(directory, 'absent')}): spawn ${join(directory, 'absent')} ENOENT`,
    );
  });

  it('takes programs, what they started, and the directory along when it is stopped', async () => {
    const child = await start('family', 'sh', family(directory));
    // The supervisor itself, the shell, and the shell that it started.
    await until('three processes ran', 10_000, async () => (await leftovers()).length === 3);
    await supervisor.stop();
    const exit = await child.exit;
    assert.deepEqual({ exit, directory: existsSync(directory) }, { exit: GONE, directory: false });
    // What a killed process started is killed with its group, and is seen until the kernel has ended it.
    await until('everything was gone', 5_000, async () => (await leftovers()).length === 0);
  });

  it('is stood in for by its parent when it is killed itself', async () => {
    await start('family', 'sh', family(directory));
    const processes = await until('three processes ran', 10_000, async () => {
      const found = await leftovers();
      return found.length === 3 && found;
    });
    const supervising = await processesMentioning('supervisor-process.ts');
    const [own] = processes.filter((pid) => supervising.includes(pid));
    assert.isDefined(own);
    process.kill(own, 'SIGKILL');
    await until('everything was gone', 10_000, async () => (await leftovers()).length === 0 && !existsSync(directory));
  });
});
