import { act, done, stuck } from '../../../core/decision.ts';
import type { Step } from '../../../core/room.ts';
import { awaiting } from '../awaiting.ts';
import { consensusRequest } from '../build/consensus-request.ts';
import type { ObservedConsultation } from '../observed.ts';
import { choosePanel } from '../panel.ts';
import { silentPeople } from '../people.ts';
import { panelRows } from '../rows.ts';

/** What the engine says where somebody is missing; whom the deadline found silent explains each of them. */
const FOR_WANT_OF_ANSWERS = ['QuorumMissing', 'RequiredExpertMissing', 'NoValidAnswer'];

/** What does the panel agree on? No majority, no recommendation: then the first rule that failed is the reason. */
export const weighAnswers: Step<ObservedConsultation> = {
  name: 'weigh-answers',
  condition: 'Agreed',
  decide(observed) {
    const { object, tenant, people, memory } = observed;
    const { consensus, verdictMessage, undecided } = memory;
    if (consensus !== undefined) {
      if (consensus.recommendation !== undefined) return done('Agreed', verdictMessage ?? consensus.recommendation);
      const failed = consensus.abstained ?? 'NoValidAnswer';
      const late = silentPeople(people).length > 0 && FOR_WANT_OF_ANSWERS.includes(failed);
      return stuck(late ? 'DeadlineExceeded' : failed, verdictMessage ?? 'the panel has no recommendation');
    }
    if (undecided !== undefined) return awaiting(observed, people.awaited);
    const choice = choosePanel(object.spec, tenant);
    if (!choice.ok) return stuck(choice.reason, choice.message);
    return act('Weighing', 'the answers are being weighed', {
      type: 'weigh-answers',
      request: consensusRequest(object.spec, choice.panel, panelRows(observed)),
    });
  },
};
