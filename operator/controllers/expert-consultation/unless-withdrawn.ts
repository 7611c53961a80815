import { unproven } from '../../core/decision.ts';
import type { Step } from '../../core/room.ts';
import type { ObservedConsultation } from './observed.ts';

/** The step as it is while somebody needs to know: of a question that was withdrawn before its verdict nothing is left to do. */
export function unlessWithdrawn(step: Step<ObservedConsultation>): Step<ObservedConsultation> {
  return {
    ...step,
    decide(observed, laws) {
      const { withdrawn } = observed;
      if (withdrawn === undefined || observed.memory.consensus !== undefined) return step.decide(observed, laws);
      return unproven('Withdrawn', `withdrawn (${withdrawn.reason}): ${withdrawn.message}; nobody has to answer`);
    },
  };
}
