import { fileURLToPath } from 'node:url';
import { ensureGoProgram } from '../go-program.ts';
import { type Progress, progressOn } from '../progress.ts';

/** The path of the Prometheus that the go.mod beside this file pins; its dependencies quarrel with those of the plane. */
export function ensurePrometheus(progress: Progress = progressOn(process.stderr)): Promise<string> {
  const program = {
    name: 'prometheus',
    package: 'github.com/prometheus/prometheus/cmd/prometheus',
    module: fileURLToPath(new URL('.', import.meta.url)),
    linkerFlags: '-s -w',
    place: '',
    whole: 'the test peers',
    duration: 'it takes 5 to 15 minutes',
  };
  return ensureGoProgram(program, progress);
}
