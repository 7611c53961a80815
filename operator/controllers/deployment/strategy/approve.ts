import type { Decision } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import { askPeople } from '../approval/ask-people.ts';
import { reject } from '../delivery/reject.ts';
import type { DeploymentObserved } from '../observed.ts';
import { gateRequest } from './gate-request.ts';
import type { Place } from './place.ts';
import { told } from './told.ts';

/** Do the people of the panel let this plan go on at this step? Anything but their yes goes back. */
export function approve(observed: DeploymentObserved, place: Place, laws: Laws): Decision | undefined {
  const where = told(observed, place);
  const answer = askPeople(observed, gateRequest(observed.object, observed.delivery.plan, place), where, laws.now);
  switch (answer.kind) {
    case 'open':
      return answer.decision;
    case 'approved':
      return undefined;
    case 'refused':
      return reject(observed, laws, { reason: answer.reason, message: `${where}: ${answer.message}` });
  }
}
