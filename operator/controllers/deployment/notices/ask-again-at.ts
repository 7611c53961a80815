import type { DeploymentStatus } from '../../../api/generated/deployment.ts';
import type { CodeStatus } from '../../../api/objects.ts';
import type { Milliseconds } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import type { Trail } from '../../../core/trail.ts';
import type { DeploymentObserved } from '../observed.ts';
import { reminderAt } from './reminder.ts';

/** A letter under way wakes its key when it is settled: this is for one whose lane was full. */
const LOOK_AGAIN: Milliseconds = 10_000;

/** When a letter is due, or a reminder; `undefined` while nobody waits for one. */
export function askAgainAt(
  observed: DeploymentObserved,
  status: CodeStatus,
  trail: Trail,
  { now }: Laws,
): Milliseconds | undefined {
  const { notifications = [] } = status as DeploymentStatus; // border: this room's own report
  const handed = new Set(
    (trail.aside?.effects ?? []).flatMap(({ action, outcome }) =>
      action.type === 'notify' && 'state' in outcome && outcome.state === 'sending'
        ? [`${action.notice.id}/${action.sink}`]
        : [],
    ),
  );
  const letters = notifications.flatMap(({ id, to }) =>
    to
      .filter(({ state }) => state === 'Pending')
      .map(({ sink, next }) => (handed.has(`${id}/${sink}`) ? now + LOOK_AGAIN : Date.parse(next ?? '') || now)),
  );
  const reminder = reminderAt(observed, trail, notifications);
  const times = [...letters, ...(reminder === undefined ? [] : [reminder])];
  return times.length === 0 ? undefined : Math.min(...times);
}
