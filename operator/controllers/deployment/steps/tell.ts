import type { NoticeStatus, NoticeTo } from '../../../api/generated/deployment.ts';
import { type NotifySink, OPERATOR } from '../../../core/action.ts';
import { act, done, type Milliseconds } from '../../../core/decision.ts';
import type { Aside } from '../../../core/room.ts';
import { askAgainAt, LETTERS_A_PASS } from '../notices/ask-again-at.ts';
import { noticeOf } from '../notices/notice-of.ts';
import { isConfigured } from '../notices/targets-of.ts';
import type { DeploymentObserved } from '../observed.ts';

/**
 * Hands over what is due of the letters that status stores: never one that is not stored yet, since the pass that wrote it
 * may have decided on a state that is no more.
 */
export const tell: Aside<DeploymentObserved> = {
  name: 'tell',
  decide(observed, laws) {
    const due = (observed.object.status?.notifications ?? []).flatMap((notice) =>
      notice.to
        .filter((to) => isDue(to, laws.now) && isConfigured(to.sink, observed, laws))
        .map((to) => letter(observed, notice, to)),
    );
    const [first, ...rest] = due.slice(0, LETTERS_A_PASS);
    return first === undefined
      ? done('Told', 'nobody has to be told of anything')
      : act('Telling', `telling ${first.sink} of ${first.notice.type}`, first, ...rest);
  },
  until: askAgainAt,
};

function isDue({ state, next }: NoticeTo, now: Milliseconds): boolean {
  return state === 'Pending' && (next === undefined || Date.parse(next) <= now);
}

function letter(observed: DeploymentObserved, notice: NoticeStatus, { sink, attempts = 0 }: NoticeTo): NotifySink {
  return { type: 'notify', sink, attempt: attempts, notice: noticeOf(observed, notice), as: OPERATOR };
}
