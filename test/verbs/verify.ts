/** `npm run verify`: fails when a generated file is not what its source makes, or is not committed as it is. */
import { generateAll, outdated } from './generate/all.ts';
import { projectRoot } from './project.ts';
import { runCommand } from './run-command.ts';

const files = await generateAll(projectRoot);
const stale = outdated(projectRoot, files);
const paths = files.map(({ path }) => path);
const git = await runCommand('git', ['status', '--porcelain', '--', ...paths], { cwd: projectRoot, output: 'collect' });

for (const path of stale) console.error(`${path} is not what its source makes: run npm run generate and commit it`);
if (git.output !== '') console.error(`generated files are not committed as they are:\n${git.output.trimEnd()}`);
if (stale.length > 0 || git.output !== '' || git.code !== 0) process.exitCode = 1;
else console.log(`${files.length} generated files follow from their sources and are committed`);
