import { assert } from 'chai';
import { askExperts } from '../../../../operator/controllers/expert-consultation/steps/ask-experts.ts';
import { consultation, laws, observed } from '../consultation.ts';

describe('ask-experts', () => {
  it('asks every expert of the panel at once, in the time the spec gives', () => {
    const decision = askExperts.decide(observed({ object: consultation({ timeout: '30s' }) }), laws);
    assert.equal(decision.kind, 'act');
    const [action] = decision.kind === 'act' ? decision.actions : [];
    assert.deepInclude(action, {
      type: 'ask-experts',
      timeout: 30_000,
      experts: [
        { name: 'security', provider: 'builtin/security' },
        { name: 'reliability', provider: 'builtin/reliability' },
        { name: 'cost', provider: 'builtin/cost' },
        { name: 'performance', provider: 'builtin/performance' },
      ],
    });
  });

  it('never asks again once there is a verdict', () => {
    const answers = [
      { expert: 'a', provider: 'builtin/cost', kind: 'rules' as const, state: 'Answered' as const },
      { expert: 'b', provider: 'builtin/security', kind: 'rules' as const, state: 'Abstained' as const },
    ];
    const decision = askExperts.decide(observed({ memory: { answers, consensus: {} } }), laws);
    assert.deepEqual(decision, { kind: 'done', reason: 'Answered', message: '1 of 2 experts answered' });
  });

  it('identifies a question by what is asked, not by its generation', () => {
    const digestOf = (object: ReturnType<typeof consultation>) => {
      const decision = askExperts.decide(observed({ object }), laws);
      const action = decision.kind === 'act' ? decision.actions[0] : undefined;
      return action?.type === 'ask-experts' ? action.question.digest : '';
    };
    const first = consultation();
    const later = { ...first, metadata: { ...first.metadata, generation: 7 } };
    assert.equal(digestOf(first), digestOf(later));
    assert.notEqual(digestOf(first), digestOf(consultation({ question: 'Is it safe to delete everything?' })));
  });
});
