import { timestamp } from '../../../core/conditions.ts';
import { type Decision, wait } from '../../../core/decision.ts';
import { parseDuration } from '../../../core/duration.ts';
import type { Laws } from '../../../core/laws.ts';
import { reject } from '../delivery/reject.ts';
import type { DeploymentObserved } from '../observed.ts';
import { waitForGroup } from '../order/wait-for-group.ts';
import { nextCall } from '../tools/next-call.ts';
import { analyse } from './analyse.ts';
import { approve } from './approve.ts';
import { type Place, placeOf } from './place.ts';
import { stepOn } from './step-on.ts';
import { switchOver } from './switch-over.ts';
import { told } from './told.ts';

/** What the step at work asks for once the pods of its weight stand; `undefined` when the last one is over. */
export function carryOut(observed: DeploymentObserved, laws: Laws): Decision | undefined {
  const place = placeOf(observed);
  const open = held(observed, place, laws);
  if (open !== undefined) return open;
  const barrier = waitForGroup(observed, place, laws);
  if (barrier !== undefined) return barrier;
  return place.index < place.of ? stepOn(observed, laws, place.index + 1) : undefined;
}

function held(observed: DeploymentObserved, place: Place, laws: Laws): Decision | undefined {
  switch (place.kind) {
    case 'weight':
    case 'preview':
      return undefined;
    case 'switch':
      return switchOver(observed, place, laws);
    case 'pause':
      return pause(observed, place, laws);
    case 'approve':
      return approve(observed, place, laws);
    case 'analyse':
      return analyse(observed, place, laws);
    case 'call':
      return nextCall(
        observed,
        laws,
        'roll-out',
        'call' in place.step && place.step.call !== undefined ? [place.step.call] : [],
        (stopped) => reject(observed, laws, stopped),
      );
  }
}

function pause(observed: DeploymentObserved, place: Place, laws: Laws): Decision | undefined {
  // Nothing serves yet, so there is nothing that a pause would protect.
  if (observed.memory.revisions?.serving === undefined) return undefined;
  const duration = parseDuration(('pause' in place.step ? place.step.pause?.duration : undefined) ?? '');
  const where = told(observed, place);
  const hint = 'a new value of the annotation code-engine.dev/promote goes on';
  if (duration === undefined) return wait('WaitingForPromotion', `${where}: paused; ${hint}`);
  const until = (place.startedAt ?? laws.now) + duration;
  if (laws.now >= until) return undefined;
  return wait('WaitingForPause', `${where}: paused until ${timestamp(until)}; ${hint} at once`, until);
}
