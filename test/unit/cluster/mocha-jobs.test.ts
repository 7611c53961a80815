import { assert } from 'chai';
import { filesOf, LEVELS, type Level, mochaJobs } from '../../verbs/mocha-jobs.ts';

const levels = Object.keys(LEVELS) as Level[]; // border: the keys of a constant

describe('the mocha processes of `npm test`', () => {
  it('run every test file of every level once', async () => {
    const files = (await mochaJobs(levels)).flatMap((job) => job.files);
    assert.deepEqual(files.toSorted(), levels.flatMap(filesOf).toSorted());
  });

  it('keep the files that share a plane in one process, and give each that boots its own a process', async () => {
    const jobs = await mochaJobs(['cluster']);
    const [shared] = jobs;
    assert.include(shared?.files ?? [], 'test/e2e/delivery.test.ts');
    assert.deepInclude(jobs, { name: 'crash', files: ['test/e2e/crash.test.ts'] });
    assert.isAbove(jobs.length, 10);
  });

  it('leave nothing beside the files that hold a time to a bound', async () => {
    const alone = (await mochaJobs(levels)).filter((job) => job.alone);
    assert.lengthOf(alone, 1);
    assert.includeMembers([...(alone[0]?.files ?? [])], ['test/e2e/fast-rollback.test.ts', 'test/e2e/idle.test.ts']);
  });

  it('are two for the unit level', async () => {
    const jobs = await mochaJobs(['unit']);
    assert.deepEqual(
      jobs.map(({ name }) => name),
      ['unit, deliveries', 'unit'],
    );
    assert.sameMembers(
      jobs.flatMap((job) => job.files),
      [...filesOf('unit')],
    );
  });
});
