import { fileURLToPath } from 'node:url';
import { ensureGoProgram } from '../go-program.ts';
import { type Progress, progressOn } from '../progress.ts';

/** The path of the Argo CD that the go.mod beside this file pins; one program whose name, or environment, says which part it is. */
export function ensureArgoCd(progress: Progress = progressOn(process.stderr)): Promise<string> {
  const program = {
    name: 'argocd',
    package: 'github.com/argoproj/argo-cd/v3/cmd',
    module: fileURLToPath(new URL('.', import.meta.url)),
    linkerFlags: '-s -w',
    place: '',
    whole: 'the test peers',
    duration: 'it takes 4 to 15 minutes',
  };
  return ensureGoProgram(program, progress);
}
