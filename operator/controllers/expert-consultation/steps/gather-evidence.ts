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
        return gathered(memory.evidence?.length ?? 0);
      case 'gathered':
        return gathered(gathering.blocks.length);
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

/** The same words before and after the experts were asked: what a crash in between makes of the story must not differ. */
const gathered = (blocks: number) =>
  done('EvidenceGathered', `the experts are shown ${blocks} ${blocks === 1 ? 'block' : 'blocks'} of evidence`);
