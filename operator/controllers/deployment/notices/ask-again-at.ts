import type { DeploymentStatus } from '../../../api/generated/deployment.ts';
import type { CodeStatus } from '../../../api/objects.ts';
import type { Milliseconds } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import type { Trail } from '../../../core/trail.ts';
import type { DeploymentObserved } from '../observed.ts';
import { reminderAt } from './reminder.ts';

/** A letter under way wakes its key when it is settled: this is for one whose lane was full. */
const LOOK_AGAIN: Milliseconds = 10_000;
/** What one pass hands over. */
export const LETTERS_A_PASS = 16;

/** When a letter is due, or a reminder; `undefined` while nobody waits for one. */
export function askAgainAt(
  observed: DeploymentObserved,
  status: CodeStatus,
  trail: Trail,
  { now }: Laws,
): Milliseconds | undefined {
  const { notifications = [] } = status as DeploymentStatus; // border: this room's own report
  const handed = trail.aside?.decision.actions ?? [];
  // Where the pass had its hands full, what is left is due again when one of those is settled.
  const isFull = handed.length >= LETTERS_A_PASS;
  const isHanded = (id: string, sink: string) =>
    isFull || handed.some((action) => action.type === 'notify' && action.notice.id === id && action.sink === sink);
  const letters = notifications.flatMap(({ id, to }) =>
    to
      .filter(({ state }) => state === 'Pending')
      .map(({ sink, next }) =>
        Math.max(Date.parse(next ?? '') || now, isHanded(id, sink) && !isLater(next, now) ? now + LOOK_AGAIN : now),
      ),
  );
  const reminder = reminderAt(observed, trail, notifications);
  const times = [...letters, ...(reminder === undefined ? [] : [reminder])];
  return times.length === 0 ? undefined : Math.min(...times);
}

function isLater(next: string | undefined, now: Milliseconds): boolean {
  return next !== undefined && Date.parse(next) > now;
}
