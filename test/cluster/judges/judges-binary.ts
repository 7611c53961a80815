import { fileURLToPath } from 'node:url';
import { ensureGoProgram } from '../go-program.ts';
import { type Progress, progressOn } from '../progress.ts';

/** The path of the judges that the Go files beside this one make up; the newest pins that the plane's Go builds. */
export function ensureJudges(progress: Progress = progressOn(process.stderr)): Promise<string> {
  const program = {
    name: 'judges',
    package: '.',
    module: fileURLToPath(new URL('.', import.meta.url)),
    linkerFlags: '-s -w',
    place: '',
    whole: 'the test peers',
    duration: 'it takes 1 to 5 minutes',
  };
  return ensureGoProgram(program, progress);
}
