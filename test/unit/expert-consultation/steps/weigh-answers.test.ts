import { assert } from 'chai';
import type { ExpertAnswerStatus } from '../../../../operator/api/generated/expert-consultation.ts';
import { weighAnswers } from '../../../../operator/controllers/expert-consultation/steps/weigh-answers.ts';
import { laws, observed } from '../consultation.ts';

const answer = (expert: string, said: string): ExpertAnswerStatus => ({
  expert,
  provider: `builtin/${expert}`,
  kind: 'rules',
  state: 'Answered',
  answer: said,
  risk: 'low',
  rationale: 'because',
});

describe('weigh-answers', () => {
  it('gives the engine the whole panel: what each said, or why it said nothing', () => {
    const silent = { ...answer('cost', ''), state: 'Failed', error: 'TimedOut' } as const;
    const answers = [answer('security', 'approve'), answer('reliability', 'reject'), silent];
    const decision = weighAnswers.decide(observed({ memory: { answers } }), laws);
    const action = decision.kind === 'act' ? decision.actions[0] : undefined;
    assert.deepEqual(action, {
      type: 'weigh-answers',
      request: {
        answer: { kind: 'choice', options: ['approve', 'reject', 'needs-work'], permits: ['approve'] },
        quorum: 3,
        experts: [
          {
            name: 'security',
            family: 'builtin/security',
            veto: true,
            reply: { answer: 'approve', rationale: 'because', risk: 'low' },
          },
          {
            name: 'reliability',
            family: 'builtin/reliability',
            veto: true,
            reply: { answer: 'reject', rationale: 'because', risk: 'low' },
          },
          { name: 'cost', family: 'builtin/cost', absent: 'TimedOut' },
          { name: 'performance', family: 'builtin/performance', absent: 'NoReply' },
        ],
      },
    });
  });

  it('is done with a recommendation and says it in the words of the engine', () => {
    const memory = { consensus: { recommendation: 'approve' }, verdictMessage: '4 of 4 say approve' };
    const decision = weighAnswers.decide(observed({ memory }), laws);
    assert.deepEqual(decision, { kind: 'done', reason: 'Agreed', message: '4 of 4 say approve' });
  });

  it('is stuck without one, for the first rule that failed', () => {
    const memory = { consensus: { abstained: 'Vetoed' }, verdictMessage: 'security objects' };
    const decision = weighAnswers.decide(observed({ memory }), laws);
    assert.deepEqual(decision, { kind: 'stuck', reason: 'Vetoed', message: 'security objects' });
  });
});
