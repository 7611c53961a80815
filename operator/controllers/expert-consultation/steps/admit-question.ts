import { type Decision, done, stuck } from '../../../core/decision.ts';
import type { Step } from '../../../core/room.ts';
import { unsupportedFields } from '../../../core/unsupported-fields.ts';
import type { ObservedConsultation } from '../observed.ts';
import { choosePanel, type PanelChoice } from '../panel.ts';
import { isHuman } from '../people.ts';

/** What the schema of spec.answers takes. */
const ANSWERS_AT_MOST = 8;

/** Is it a question that we can ask, of experts that this tenant may ask? Nothing is asked otherwise. */
export const admitQuestion: Step<ObservedConsultation> = {
  name: 'admit-question',
  condition: 'Admitted',
  decide({ object, tenant, memory }) {
    if (memory.consensus !== undefined) return done('Admitted', 'the question was asked');
    const choice = choosePanel(object.spec, tenant);
    // What was asked is not taken back while its answers are waited for.
    if (memory.questionDigest !== undefined) return admitted(choice);
    const unsupported = unsupportedFields('ExpertConsultation', object.spec)[0];
    if (unsupported !== undefined) return stuck('NotSupportedYet', `${unsupported.path}: ${unsupported.remedy}`);
    if (tenant?.spec.suspend === true) {
      return stuck('TenantSuspended', `Tenant ${tenant.metadata.name} is suspended; nothing is asked until it is not`);
    }
    const people = choice.ok ? choice.panel.experts.filter(isHuman).length : 0;
    if (people > ANSWERS_AT_MOST) {
      const message = `the panel has ${people} human experts and spec.answers takes ${ANSWERS_AT_MOST} answers; name fewer`;
      return stuck('TooManyPeople', message);
    }
    return admitted(choice);
  },
};

function admitted(choice: PanelChoice): Decision {
  if (!choice.ok) return stuck(choice.reason, choice.message);
  const { experts, quorum } = choice.panel;
  const asked = experts.length === 1 ? '1 expert is asked' : `${experts.length} experts are asked`;
  return done('Admitted', `${asked}, ${quorum} valid ${quorum === 1 ? 'answer is' : 'answers are'} needed`);
}
