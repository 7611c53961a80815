import { fileURLToPath } from 'node:url';
import { ensureGoProgram } from '../go-program.ts';
import { type Progress, progressOn } from '../progress.ts';

/** The path of the cache that redis.go beside this file is. */
export function ensureRedis(progress: Progress = progressOn(process.stderr)): Promise<string> {
  const program = {
    name: 'redis',
    package: '.',
    module: fileURLToPath(new URL('.', import.meta.url)),
    linkerFlags: '-s -w',
    place: '',
    whole: 'the test peers',
    duration: 'it takes seconds',
  };
  return ensureGoProgram(program, progress);
}
