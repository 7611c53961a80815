import type { StepStatus } from '../../api/generated/deployment.ts';
import type { Milliseconds } from '../../core/decision.ts';
import { columns, type Line, type Tone, tone } from './line.ts';
import { lasted, timeOfDay } from './time.ts';

const LOOKS: Readonly<Record<StepStatus['state'], readonly [mark: string, tone: Tone]>> = {
  Done: ['✓', 'good'],
  Failed: ['✗', 'bad'],
  Running: ['▸', 'busy'],
  Waiting: ['…', 'busy'],
  Skipped: ['-', 'faint'],
  Pending: ['·', 'faint'],
};

/** One line a step: state, when it began, how long it took, and why where that is not plain. */
export function stepLines(steps: readonly StepStatus[], now: Milliseconds): readonly Line[] {
  return columns(
    steps.map(({ name, state, startedAt, finishedAt, attempt = 1, cause, message }) => {
      const [mark, look] = LOOKS[state];
      const why = state === 'Failed' || state === 'Waiting' ? [cause, message] : [cause];
      const again = attempt > 1 ? [`attempt ${attempt}`] : [];
      return [
        tone(look, mark),
        name,
        tone(look, state),
        tone('faint', timeOfDay(startedAt)),
        lasted(startedAt, finishedAt, now),
        [...again, ...why.filter((part) => part !== undefined)].join(': '),
      ];
    }),
  );
}
