import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBinary } from '../../cluster/binaries.ts';
import { projectRoot } from '../../verbs/project.ts';
import { runCommand } from '../../verbs/run-command.ts';
import type { Question } from './questions.ts';

/** A module, because the same as a query of `opa eval` loses denies behind `not` (opa 1.22.2). */
const DRIVER = `package driver

decisions := [found |
  some question in data.questions
  found := [d | d := data.code[question.room][question.step].decision with input as question.input]
]
`;

/** What `opa` itself decides of many questions, in one run of it: for each a list that is empty where it is undefined. */
export async function decideNatively(questions: readonly Question[]): Promise<readonly (readonly unknown[])[]> {
  const directory = await mkdtemp(join(tmpdir(), 'code-policy-'));
  try {
    const file = join(directory, 'questions.json');
    const data = questions.map(({ entryPoint, input }) => {
      const [, room, step] = entryPoint.split('/');
      return { room, step, input };
    });
    await writeFile(file, JSON.stringify({ questions: data }));
    const driver = join(directory, 'driver.rego');
    await writeFile(driver, DRIVER);
    const policies = join(projectRoot, 'config', 'policies');
    const parameters = [
      'eval',
      '--format',
      'values',
      '--fail',
      '-d',
      policies,
      '-d',
      file,
      '-d',
      driver,
      'data.driver.decisions',
    ];
    const { code, output } = await runCommand(await ensureBinary('opa'), parameters, { output: 'collect' });
    if (code !== 0) throw new Error(`opa could not decide the questions:\n${output}`);
    const [decisions]: readonly [readonly (readonly unknown[])[]] = JSON.parse(output);
    return decisions;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
