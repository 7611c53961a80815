/**
 * The room of ExpertConsultation: ask a panel one question, record each answer once, say what it agrees on and how sure.
 * May import api, core and ports. Its one law: what was asked never changes, so what was answered is never asked again.
 */
import type { Room } from '../../core/room.ts';
import { absorb } from './absorb.ts';
import { askedByDeleted } from './asked-by-deleted.ts';
import { observe } from './observe.ts';
import type { ObservedConsultation } from './observed.ts';
import { report } from './report.ts';
import { admitQuestion } from './steps/admit-question.ts';
import { askExperts } from './steps/ask-experts.ts';
import { gatherEvidence } from './steps/gather-evidence.ts';
import { weighAnswers } from './steps/weigh-answers.ts';
import { gateFacts, subject } from './subject.ts';
import { unlessWithdrawn } from './unless-withdrawn.ts';

export const expertConsultation: Room<ObservedConsultation> = {
  name: 'expert-consultation',
  resource: 'ExpertConsultation',
  steps: [admitQuestion, gatherEvidence, askExperts, weighAnswers].map(unlessWithdrawn),
  teardown: [],
  triggers: [{ resource: 'Deployment', keys: askedByDeleted }],
  observe,
  absorb,
  needsFinalizer: () => false,
  subject,
  gateFacts,
  report,
};
