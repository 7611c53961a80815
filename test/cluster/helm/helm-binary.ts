import { fileURLToPath } from 'node:url';
import { ensureGoProgram } from '../go-program.ts';
import { type Progress, progressOn } from '../progress.ts';

/**
 * The path of Helm's client as the Go file beside this one uses it. Its pins are those of the control plane where both have
 * a module, so that Go compiles those once: this one takes seconds after the plane, minutes without it.
 */
export function ensureHelm(progress: Progress = progressOn(process.stderr)): Promise<string> {
  const program = {
    name: 'helm-upgrade',
    package: '.',
    module: fileURLToPath(new URL('.', import.meta.url)),
    linkerFlags: '-s -w',
    place: '',
    whole: 'the test peers',
    duration: 'it takes up to 3 minutes',
  };
  return ensureGoProgram(program, progress);
}
