import { done, stuck } from '../../../core/decision.ts';
import type { Step } from '../../../core/room.ts';
import { unsupportedFields } from '../../../core/unsupported-fields.ts';
import type { ObservedConsultation } from '../observed.ts';
import { choosePanel } from '../panel.ts';

/** Is it a question that we can ask, of experts that this tenant may ask? Nothing is asked otherwise. */
export const admitQuestion: Step<ObservedConsultation> = {
  name: 'admit-question',
  condition: 'Admitted',
  decide({ object, tenant, memory }) {
    if (memory.consensus !== undefined) return done('Admitted', 'the question was asked');
    const unsupported = unsupportedFields('ExpertConsultation', object.spec)[0];
    if (unsupported !== undefined) return stuck('NotSupportedYet', `${unsupported.path}: ${unsupported.remedy}`);
    if (tenant?.spec.suspend === true) {
      return stuck('TenantSuspended', `Tenant ${tenant.metadata.name} is suspended; nothing is asked until it is not`);
    }
    const choice = choosePanel(object.spec, tenant);
    if (!choice.ok) return stuck(choice.reason, choice.message);
    const { experts, quorum } = choice.panel;
    return done('Admitted', `${experts.length} experts are asked, ${quorum} valid answers are needed`);
  },
};
