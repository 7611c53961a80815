import { timestamp } from '../../../core/conditions.ts';
import { act, done } from '../../../core/decision.ts';
import type { Step } from '../../../core/room.ts';
import { type DeploymentObserved, isServing, wasPromotedHere } from '../observed.ts';
import { record } from '../records.ts';

/** The commit point: one status write makes the desired revision the one that serves. */
export const promote: Step<DeploymentObserved> = {
  name: 'promote',
  condition: 'Promoted',
  decide(observed, laws) {
    const { revision, hash } = observed.delivery.plan;
    if (isServing(observed)) {
      return done(wasPromotedHere(observed) ? 'Promoted' : 'AlreadyServing', `revision ${revision} serves`);
    }
    const promotion = { kind: 'promotion', revision, plan: hash, at: timestamp(laws.now) } as const;
    return act('Promoting', `revision ${revision} stands; it becomes the one that serves`, record(promotion));
  },
};
