import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { withFileLock } from '../../cluster/file-lock.ts';

/** Above the highest process id of every system: nobody lives there. */
const DEAD = String(2 ** 30);

describe('the lock of the program cache', () => {
  let directory: string;
  let path: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'code-lock-'));
    path = join(directory, 'lock');
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('lets one do its work at a time, and tells the others who holds it', async () => {
    const [held, first] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const told = Promise.withResolvers<string>();
    const steps: string[] = [];
    const holder = withFileLock(path, 5_000, assert.fail, async () => {
      steps.push('first starts');
      held.resolve();
      await first.promise;
      steps.push('first ends');
    });
    await held.promise;
    const waiter = withFileLock(path, 5_000, told.resolve, async () => steps.push('second works'));
    assert.strictEqual(await told.promise, String(process.pid));
    first.resolve();
    await Promise.all([holder, waiter]);
    assert.deepEqual(steps, ['first starts', 'first ends', 'second works']);
  });

  it('is taken over from an owner that died', async () => {
    await writeFile(path, DEAD);
    assert.strictEqual(await withFileLock(path, 5_000, assert.fail, async () => 'worked'), 'worked');
  });

  it('is free again after work that failed', async () => {
    const failure = await withFileLock(path, 5_000, assert.fail, () => Promise.reject(new Error('no room'))).catch(
      String,
    );
    const next = await withFileLock(path, 5_000, assert.fail, async () => 'worked');
    assert.deepEqual([failure, next], ['Error: no room', 'worked']);
  });
});
