import { act, done, stuck } from '../../../core/decision.ts';
import type { Step } from '../../../core/room.ts';
import { consensusRequest } from '../build/consensus-request.ts';
import type { ObservedConsultation } from '../observed.ts';
import { choosePanel } from '../panel.ts';

/** What does the panel agree on? No majority, no recommendation: then the first rule that failed is the reason. */
export const weighAnswers: Step<ObservedConsultation> = {
  name: 'weigh-answers',
  condition: 'Agreed',
  decide({ object, tenant, memory }) {
    const { consensus, verdictMessage } = memory;
    if (consensus !== undefined) {
      if (consensus.recommendation !== undefined) return done('Agreed', verdictMessage ?? consensus.recommendation);
      return stuck(consensus.abstained ?? 'NoValidAnswer', verdictMessage ?? 'the panel has no recommendation');
    }
    const choice = choosePanel(object.spec, tenant);
    if (!choice.ok) return stuck(choice.reason, choice.message);
    return act('Weighing', 'the answers are being weighed', {
      type: 'weigh-answers',
      request: consensusRequest(object.spec, choice.panel, memory.fresh ?? []),
    });
  },
};
