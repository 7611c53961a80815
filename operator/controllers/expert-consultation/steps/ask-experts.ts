import type { Action } from '../../../core/action.ts';
import { timestamp } from '../../../core/conditions.ts';
import { act, done, stuck } from '../../../core/decision.ts';
import type { Step } from '../../../core/room.ts';
import { awaiting } from '../awaiting.ts';
import { timeoutOf } from '../deadline.ts';
import type { ObservedConsultation } from '../observed.ts';
import { choosePanel } from '../panel.ts';
import { isHuman } from '../people.ts';
import { questionOf } from '../question.ts';
import { panelRows } from '../rows.ts';

/** Has every expert of the panel been asked once? All are asked in parallel, and what they said stands. */
export const askExperts: Step<ObservedConsultation> = {
  name: 'ask-experts',
  condition: 'Answered',
  decide(observed, laws) {
    const { object, tenant, gathering, people, memory } = observed;
    if (memory.questionDigest !== undefined || memory.consensus !== undefined) {
      const required = people.awaited.filter((expert) => expert.required === true);
      if (memory.consensus === undefined && required.length > 0) return awaiting(observed, required);
      const rows = panelRows(observed);
      const answered = rows.filter(({ state }) => state === 'Answered').length;
      return done('Answered', `${answered} of ${rows.length} experts answered`);
    }
    const choice = choosePanel(object.spec, tenant);
    if (!choice.ok) return stuck(choice.reason, choice.message);
    if (people.until !== undefined && people.expired) {
      const message = `the deadline passed at ${timestamp(people.until)}, before anybody was asked; create the consultation again`;
      return stuck('DeadlineExceeded', message);
    }
    const { experts } = choice.panel;
    const question = questionOf(object, gathering.state === 'gathered' ? gathering.blocks : []);
    const timeout = Math.min(timeoutOf(object), (people.until ?? Number.POSITIVE_INFINITY) - laws.now);
    const machines = experts.filter((expert) => !isHuman(expert)).map(referenceTo);
    const humans = experts.filter(isHuman).map(({ name }) => name);
    const actions: Action[] = [];
    if (machines.length > 0) actions.push({ type: 'ask-experts', question, experts: machines, timeout });
    if (humans.length > 0) actions.push(putToPeople(question.digest, humans));
    const [first, ...others] = actions;
    if (first === undefined) return stuck('PanelUnknown', 'the panel has no experts; name some in spec.experts');
    return act('Asking', `${experts.length} experts are being asked`, first, ...others);
  },
};

function referenceTo({ name, provider, model }: { name: string; provider: string; model?: string }) {
  return { name, provider, ...(model === undefined ? {} : { model }) };
}

/** People read the question where it stands: putting it to them is to remember that it was put. */
function putToPeople(questionDigest: string, experts: readonly string[]): Action {
  return { type: 'record', deferred: true, record: { kind: 'put-to-people', questionDigest, experts } };
}
