import { done, type Milliseconds, wait } from '../../../core/decision.ts';
import type { Step } from '../../../core/room.ts';
import { lastNews } from '../notices/last-news.ts';
import { isConfigured, targetsOf } from '../notices/targets-of.ts';
import type { DeploymentObserved } from '../observed.ts';

/** A sink that is down holds no deletion longer; a letter is tried four times meanwhile. */
const PATIENCE: Milliseconds = 30_000;

/** Waits until those who are told of deliveries know that this one is cancelled: the letters themselves go beside the sentence. */
export const farewell: Step<DeploymentObserved> = {
  name: 'farewell',
  condition: 'FarewellSaid',
  safety: true,
  decide(observed, laws) {
    const { notifications = [], conditions = [] } = observed.object.status ?? {};
    const unsaid = lastNews(observed).length > 0 && targetsOf(observed, laws).length > 0;
    const waiting = notifications.flatMap(({ to }) =>
      to.filter(({ sink, state }) => state === 'Pending' && isConfigured(sink, observed, laws)).map(({ sink }) => sink),
    );
    if (!unsaid && waiting.length === 0) return done('NothingToSay', 'nobody has to be told of anything');
    const asked = conditions.find(({ type, status }) => type === farewell.condition && status === 'False');
    const end = (Date.parse(asked?.lastTransitionTime ?? '') || laws.now) + PATIENCE;
    if (laws.now >= end) return done('GaveUp', `${waiting.join(', ')} could not be told in time`);
    const whom = waiting.length === 0 ? 'those who are told of deliveries' : [...new Set(waiting)].join(', ');
    return wait('Telling', `telling ${whom} before the object goes, for ${PATIENCE / 1000} s at most`, end);
  },
};
