import { fileURLToPath } from 'node:url';
import { ensureGoProgram } from '../go-program.ts';
import { type Progress, progressOn } from '../progress.ts';

/** The path of Flux's kustomize-controller that the go.mod beside this file pins. */
export function ensureFlux(progress: Progress = progressOn(process.stderr)): Promise<string> {
  const program = {
    name: 'kustomize-controller',
    package: 'github.com/fluxcd/kustomize-controller',
    module: fileURLToPath(new URL('.', import.meta.url)),
    linkerFlags: '-s -w',
    place: '',
    whole: 'the test peers',
    duration: 'it takes 4 to 15 minutes',
  };
  return ensureGoProgram(program, progress);
}
