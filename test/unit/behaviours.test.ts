import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { behaviours } from '../behaviours/behaviours.ts';
import { shownBy, tableOf } from '../behaviours/table.ts';
import { projectRoot } from '../verbs/project.ts';

/** What stands between the quotes of a title. */
const TITLE = /\b(?:it|describe)\(\s*(['"`])(.*?)\1/gs;

describe('the table of behaviours', () => {
  it('has a test of its name for every row, and no test names a row that is not there', () => {
    const files = readdirSync(join(projectRoot, 'test'), { recursive: true, encoding: 'utf8' });
    const titles = files
      .filter((file) => file.endsWith('.test.ts'))
      .flatMap((file) => [...readFileSync(join(projectRoot, 'test', file), 'utf8').matchAll(TITLE)])
      .map(([, , title = '']) => title);
    const shown = [...new Set(titles.flatMap(shownBy))].sort((left, right) => left - right);
    assert.deepEqual(
      shown,
      behaviours.map((_, index) => index + 1),
    );
  });

  it('shows the target, the figures and the tests of a row, and which failed', () => {
    const rows = new Map([
      [3, { name: 'Never stuck', target: 'terminal by the deadline' }],
      [17, { name: 'Scale, published', target: 'p50 and p95', bench: ['fleet'] }],
    ]);
    const titles = { passed: ['a fault ends (B3)'], failed: ['another does not (B3)'] };
    assert.equal(
      tableOf(rows, titles, [{ behaviour: 3, text: '20 of 21 faults' }]),
      [
        ' 3  FAILED  Never stuck',
        '              target:   terminal by the deadline',
        '              measured: 20 of 21 faults',
        '              by:       1 of 2 tests',
        '              FAILED:   another does not (B3)',
        '17  not run Scale, published',
        '              target:   p50 and p95',
        '              by:       npm run bench -- fleet',
      ].join('\n'),
    );
  });
});
