import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { runMocha } from '../../verbs/run-mocha.ts';

describe('mocha processes that run beside one another', function () {
  this.timeout(60_000);
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'code-jobs-'));
  });
  after(() => rm(directory, { recursive: true }));

  it('are counted together, however they overlap', async () => {
    const names = ['one', 'two'];
    const jobs = names.map((name, index) => ({
      name,
      files: [join(directory, `${name}.test.cjs`)],
      passing: index + 1,
    }));
    for (const { files, passing } of jobs) {
      await writeFile(files[0] ?? '', "it('passes', () => undefined);\n".repeat(passing));
    }
    assert.deepEqual(await runMocha(jobs, { parameters: [] }), { passed: 3, failed: 0, skipped: 0 });
  });

  it('fail where one dies before it could count', async () => {
    const jobs = [{ name: 'dies', files: [join(directory, 'nowhere.test.cjs')] }];
    assert.deepEqual(await runMocha(jobs, { parameters: [] }), { passed: 0, failed: 1, skipped: 0 });
  });
});
