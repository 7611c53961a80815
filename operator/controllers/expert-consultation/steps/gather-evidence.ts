import { done, stuck, wait } from '../../../core/decision.ts';
import type { Step } from '../../../core/room.ts';
import { evidenceDeadline } from '../deadline.ts';
import type { ObservedConsultation } from '../observed.ts';

const LOOK_AGAIN = 2_000;

/** Is everything there that the experts are to be shown? Git may bring a referenced object a moment later. */
export const gatherEvidence: Step<ObservedConsultation> = {
  name: 'gather-evidence',
  condition: 'EvidenceGathered',
  decide({ object, gathering, memory }, laws) {
    switch (gathering.state) {
      case 'settled':
        return done('EvidenceGathered', `the experts were shown ${memory.evidence?.length ?? 0} blocks of evidence`);
      case 'gathered':
        return done('EvidenceGathered', `the experts are shown ${gathering.blocks.length} blocks of evidence`);
      case 'missing':
      case 'forbidden': {
        const reason = gathering.state === 'missing' ? 'EvidenceMissing' : 'EvidenceForbidden';
        const message = `${gathering.what} cannot be read in this namespace; create it, or let ServiceAccount code-tenant read it`;
        const deadline = evidenceDeadline(object);
        return laws.now >= deadline
          ? stuck(reason, message)
          : wait(reason, message, Math.min(deadline, laws.now + LOOK_AGAIN));
      }
    }
  },
};
