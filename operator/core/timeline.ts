import { bounded } from './conditions.ts';
import type { Milliseconds } from './decision.ts';

const LINES = 24;
const LINE = 256;

/**
 * The story with what happened in this pass at its end; a sentence that repeats the last one of its step is told once.
 * @param opens whether a sentence opens a chapter: what was told before it may be told again after it
 */
export function timeline(
  before: readonly string[],
  happened: readonly { readonly step: string; readonly message: string }[],
  now: Milliseconds,
  opens: (text: string) => boolean = () => false,
): readonly string[] {
  const clock = new Date(now).toISOString().slice(11, 19);
  let lines = before;
  for (const { step, message } of happened) {
    const text = bounded(`${step}: ${message}`, LINE - clock.length - 1);
    const told = lines.map((line) => line.slice(clock.length + 1));
    const chapter = told.slice(Math.max(0, told.findLastIndex(opens)));
    if (chapter.findLast((other) => other.startsWith(`${step}: `)) !== text) lines = [...lines, `${clock} ${text}`];
  }
  return lines.slice(-LINES);
}
