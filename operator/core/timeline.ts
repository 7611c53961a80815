import { bounded } from './conditions.ts';
import type { Milliseconds } from './decision.ts';

const LINES = 24;
const LINE = 256;

/** The story with what happened in this pass at its end; a sentence that repeats the last one of its step is told once. */
export function timeline(
  before: readonly string[],
  happened: readonly { readonly step: string; readonly message: string }[],
  now: Milliseconds,
): readonly string[] {
  const clock = new Date(now).toISOString().slice(11, 19);
  let lines = before;
  for (const { step, message } of happened) {
    const text = bounded(`${step}: ${message}`, LINE - clock.length - 1);
    const lastOfStep = lines.findLast((line) => line.slice(clock.length + 1).startsWith(`${step}: `));
    if (lastOfStep?.slice(clock.length + 1) !== text) lines = [...lines, `${clock} ${text}`];
  }
  return lines.slice(-LINES);
}
