import { act, done, stuck } from '../../../core/decision.ts';
import type { Step } from '../../../core/room.ts';
import { timeoutOf } from '../deadline.ts';
import type { ObservedConsultation } from '../observed.ts';
import { choosePanel } from '../panel.ts';
import { questionOf } from '../question.ts';

/** Has every expert of the panel been asked once? All are asked in parallel, and what they said stands. */
export const askExperts: Step<ObservedConsultation> = {
  name: 'ask-experts',
  condition: 'Answered',
  decide({ object, tenant, gathering, memory }) {
    const answers = memory.answers ?? [];
    if (memory.fresh !== undefined || memory.consensus !== undefined) {
      const answered = answers.filter(({ state }) => state === 'Answered').length;
      return done('Answered', `${answered} of ${answers.length} experts answered`);
    }
    const choice = choosePanel(object.spec, tenant);
    if (!choice.ok) return stuck(choice.reason, choice.message);
    const experts = choice.panel.experts.map(({ name, provider, model }) => ({
      name,
      provider,
      ...(model === undefined ? {} : { model }),
    }));
    return act('Asking', `${experts.length} experts are being asked`, {
      type: 'ask-experts',
      question: questionOf(object, gathering.state === 'gathered' ? gathering.blocks : []),
      experts,
      timeout: timeoutOf(object),
    });
  },
};
